"""Training classes: 附件1 from application to approval, 附件2 from a workbook to the ledger (§三)."""
