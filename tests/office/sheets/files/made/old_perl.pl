# Writes writeexcel.xls and writerxlsx.xlsx into the current folder. See ../README.md.
use strict;
use warnings;
use utf8;
use Excel::Writer::XLSX;
use Spreadsheet::WriteExcel;

my @headings = ("序号", "姓名", "身份证号", "认 定\n学 时", "日期", "合计", "备注");

sub fill {
    my ($book) = @_;
    my $sheet = $book->add_worksheet("花名册");
    my $iso   = $book->add_format(num_format => 'yyyy-mm-dd');
    $sheet->merge_range('A1:G1', "学时登记信息汇总表", $book->add_format(align => 'center'));
    $sheet->write_string(2, $_, $headings[$_]) for 0 .. $#headings;
    $sheet->write_number(3, 0, 1);
    $sheet->write_string(3, 1, "江听澜");
    $sheet->write_string(3, 2, "330902199001011234");
    $sheet->write_number(3, 3, 7.5);
    $sheet->write_date_time(3, 4, '2024-05-01T', $iso);
    $sheet->write_formula(3, 5, '=D4+0.5');
    $sheet->write_string(3, 6, "TRUE");
    $sheet->write_number(4, 0, 2);
    $sheet->write_string(4, 1, "Zo\x{eb} 𠮷");
    $sheet->write_number(4, 2, 330902199001011234);
    $sheet->write_number(4, 3, 8);
    $sheet->write_date_time(4, 4, '2024-05-01T', $iso);
    $sheet->write_formula(4, 5, '=1/0');
    $sheet->set_row(4, undef, undef, 1);
    $book->close;
}

fill(Spreadsheet::WriteExcel->new("writeexcel.xls"));
fill(Excel::Writer::XLSX->new("writerxlsx.xlsx"));
