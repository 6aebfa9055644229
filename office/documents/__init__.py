"""Documents that leave the portal: typst templates → PDF, QR codes, and official forms as workbooks."""
