// Writes jexcelapi.xls, poi.xls and poi-evaluated.xls into the current folder. See ../README.md.
import java.io.File;
import java.io.FileOutputStream;
import java.util.Date;
import java.util.GregorianCalendar;
import jxl.write.DateFormat;
import jxl.write.DateTime;
import jxl.write.Formula;
import jxl.write.Label;
import jxl.write.WritableCellFormat;
import jxl.write.WritableSheet;
import jxl.write.WritableWorkbook;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellRangeAddress;

public class OldJava {
    static final String TITLE = "学时登记信息汇总表";
    static final String[] HEADINGS = {"序号", "姓名", "身份证号", "认 定\n学 时", "日期", "合计", "备注"};
    static final short CHINESE_DATE = 31; // 2024年5月1日, a built-in format of Chinese Excel

    static Date day() {
        return new GregorianCalendar(2024, 4, 1).getTime();
    }

    static void poi(String name, boolean evaluate) throws Exception {
        HSSFWorkbook book = new HSSFWorkbook();
        Sheet sheet = book.createSheet("花名册");
        sheet.createRow(0).createCell(0).setCellValue(TITLE);
        sheet.addMergedRegion(new CellRangeAddress(0, 0, 0, 6));
        Row row = sheet.createRow(2);
        for (int i = 0; i < HEADINGS.length; i++) row.createCell(i).setCellValue(HEADINGS[i]);
        CellStyle iso = book.createCellStyle();
        iso.setDataFormat(book.createDataFormat().getFormat("yyyy-mm-dd"));
        CellStyle chinese = book.createCellStyle();
        chinese.setDataFormat(CHINESE_DATE);
        row = sheet.createRow(3);
        row.createCell(0).setCellValue(1);
        row.createCell(1).setCellValue("江听澜");
        row.createCell(2).setCellValue("330902199001011234");
        row.createCell(3).setCellValue(7.5);
        Cell cell = row.createCell(4);
        cell.setCellValue(day());
        cell.setCellStyle(iso);
        row.createCell(5).setCellFormula("D4+0.5");
        row.createCell(6).setCellValue(true);
        row = sheet.createRow(4);
        row.createCell(0).setCellValue(2);
        row.createCell(1).setCellValue("Zoë 𠮷");
        row.createCell(2).setCellValue(330902199001011234d);
        row.createCell(3).setCellValue(8);
        cell = row.createCell(4);
        cell.setCellValue(day());
        cell.setCellStyle(chinese);
        row.createCell(5).setCellFormula("1/0");
        row.createCell(6).setCellFormula("\"甲\"&\"乙\"");
        row.setZeroHeight(true);
        if (evaluate) book.getCreationHelper().createFormulaEvaluator().evaluateAll();
        try (FileOutputStream out = new FileOutputStream(name)) {
            book.write(out);
        }
    }

    static void jexcelapi(String name) throws Exception {
        WritableWorkbook book = jxl.Workbook.createWorkbook(new File(name));
        WritableSheet sheet = book.createSheet("花名册", 0);
        sheet.addCell(new Label(0, 0, TITLE));
        sheet.mergeCells(0, 0, 6, 0);
        for (int i = 0; i < HEADINGS.length; i++) sheet.addCell(new Label(i, 2, HEADINGS[i]));
        WritableCellFormat iso = new WritableCellFormat(new DateFormat("yyyy-MM-dd"));
        sheet.addCell(new jxl.write.Number(0, 3, 1));
        sheet.addCell(new Label(1, 3, "江听澜"));
        sheet.addCell(new Label(2, 3, "330902199001011234"));
        sheet.addCell(new jxl.write.Number(3, 3, 7.5));
        sheet.addCell(new DateTime(4, 3, day(), iso));
        sheet.addCell(new Formula(5, 3, "D4+0.5"));
        sheet.addCell(new jxl.write.Boolean(6, 3, true));
        sheet.addCell(new jxl.write.Number(0, 4, 2));
        sheet.addCell(new Label(1, 4, "Zoë 𠮷"));
        sheet.addCell(new jxl.write.Number(2, 4, 330902199001011234d));
        sheet.addCell(new jxl.write.Number(3, 4, 8));
        sheet.addCell(new DateTime(4, 4, day(), iso));
        sheet.addCell(new Formula(5, 4, "1/0"));
        book.write();
        book.close();
    }

    public static void main(String[] arguments) throws Exception {
        poi("poi.xls", false);
        poi("poi-evaluated.xls", true);
        jexcelapi("jexcelapi.xls");
    }
}
