package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.Attributes.Projection;
import org.mococxr.datasets.Attributes.Sex;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;
import org.mococxr.testkit.DicomBuilder;

/** Small trees in the layouts that collections are downloaded in. */
class PublishedTest {
  private static final String OBSERVATIONS = String.join(",", CheXpert.OBSERVATIONS);

  @TempDir Path root;

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    if (!name.endsWith(".gz")) {
      Files.writeString(file, text);
      return;
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private void images(String... names) throws IOException {
    for (String name : names) {
      write(name, "");
    }
  }

  private void dicom(String name, String patient) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        DicomBuilder.grey("1.2.840.10008.1.2.1", 2, 2, 16, 12, false, 1, 2, 3, 4)
            .text(0x00100020, "LO", patient)
            .text(0x0020000D, "UI", "1.2." + name.hashCode())
            .build());
  }

  private Datasets.Parts read(Format expected) {
    Datasets.Parts parts = Datasets.readParts(DataSource.at(root), Progress.SILENT);
    assertEquals(expected, parts.source().format());
    assertEquals(List.of(), parts.train().rejected());
    assertTrue(parts.reading().patientsKnown(), parts.reading().patients());
    // Named, it is read the same way.
    assertEquals(
        parts.parts(), Datasets.readParts(DataSource.at(expected, root), Progress.SILENT).parts());
    return parts;
  }

  private static ImageRecord image(Dataset part, String end) {
    return part.images().stream().filter(i -> i.path().endsWith(end)).findFirst().orElseThrow();
  }

  @Test
  void mimicJoinsLabelsByStudyAndKeepsItsParts() throws IOException {
    String p = "files/p10/p10000032/s50414267/";
    images(p + "a-1.jpg", p + "a-2.jpg", "files/p11/p11000032/s60414267/b-1.jpg");
    images("files/p12/p12000032/s70414267/c-1.jpg");
    write(
        "mimic-cxr-2.0.0-split.csv.gz",
        "dicom_id,study_id,subject_id,split\na-1,50414267,10000032,train\n"
            + "a-2,50414267,10000032,train\nb-1,60414267,11000032,validate\n"
            + "c-1,70414267,12000032,test\n");
    write(
        "mimic-cxr-2.0.0-metadata.csv.gz",
        "dicom_id,subject_id,study_id,ViewPosition\na-1,10000032,50414267,PA\n"
            + "a-2,10000032,50414267,LATERAL\nb-1,11000032,60414267,AP\n");
    write(
        "mimic-cxr-2.0.0-chexpert.csv.gz",
        "subject_id,study_id,Edema,Pleural Effusion\n10000032,50414267,-1.0,1.0\n"
            + "11000032,60414267,,0.0\n");
    write("mimic-cxr-2.0.0-negbio.csv.gz", "subject_id,study_id,Edema\n10000032,50414267,0.0\n");
    Datasets.Parts parts = read(Format.MIMIC_CXR_JPG);
    assertEquals(2, parts.train().size());
    assertEquals(1, parts.parts().get("valid").size());
    assertEquals(CheXpert.OBSERVATIONS, parts.train().tasks());
    ImageRecord lateral = image(parts.train(), "a-2.jpg");
    assertEquals("p10000032", lateral.patient());
    assertEquals("s50414267", lateral.study());
    assertEquals(Attributes.Orientation.LATERAL, lateral.attributes().orientation());
    assertEquals(Label.POSITIVE, lateral.label("Pleural Effusion"));
    assertEquals(Label.UNCERTAIN, lateral.label("Edema"));
    assertEquals(Label.MISSING, lateral.label("Fracture"));
    assertTrue(!parts.parts().get("test").images().get(0).labelled());
  }

  @Test
  void vindrsReadersAreJoinedAndItsTestIsTheTest() throws IOException {
    for (String name : List.of("train/a", "train/b", "test/c")) {
      dicom(name + ".dicom", name);
    }
    write(
        "annotations/image_labels_train.csv",
        "image_id,rad_id,Aortic enlargement,Pleural effusion,No finding\n"
            + "a,R1,1,1,0\na,R2,0,1,0\na,R3,0,0,1\nb,R1,0,0,1\nb,R2,0,0,1\nb,R3,0,0,1\n");
    write(
        "annotations/image_labels_test.csv",
        "image_id,Aortic enlargement,Pleural effusion,No finding\nc,0,1,0\n");
    write(
        "annotations/annotations_train.csv", "image_id,rad_id,class_name\na,R1,Pleural effusion\n");
    Datasets.Parts parts = read(Format.VINDR_CXR);
    ImageRecord first = image(parts.train(), "a.dicom");
    assertEquals(Label.POSITIVE, first.label("Pleural effusion"));
    assertEquals(Label.NEGATIVE, first.label("Aortic enlargement"));
    Dataset any =
        Datasets.read(DataSource.at(root).with("readers", DataSource.Readers.ANY), Progress.SILENT);
    assertEquals(Label.POSITIVE, image(any, "a.dicom").label("Aortic enlargement"));
    assertEquals(1, parts.parts().get("test").size());
  }

  @Test
  void padchestListsFindings() throws IOException {
    images("0/1_a.png", "1/2_b.png", "1/3_c.png");
    write(
        "PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv.gz",
        ",ImageID,ImageDir,StudyID,PatientID,PatientSex_DICOM,Projection,Pediatric,Labels\n"
            + "0,1_a.png,0,s1,p1,M,PA,No,\"['pleural effusion', ' nodule']\"\n"
            + "1,2_b.png,1,s2,p1,M,L,No,\"['normal']\"\n2,3_c.png,1,s3,p2,F,PA,No,\n");
    Datasets.Parts parts = read(Format.PADCHEST);
    assertEquals(List.of("nodule", "normal", "pleural effusion"), parts.train().tasks());
    assertEquals(2, parts.train().patients().size());
    ImageRecord first = image(parts.train(), "1_a.png");
    assertEquals(Label.POSITIVE, first.label("pleural effusion"));
    assertEquals(Sex.MALE, first.attributes().sex());
    assertEquals(Projection.PA, first.attributes().projection());
    assertTrue(!image(parts.train(), "3_c.png").labelled());
  }

  @Test
  void rsnaHasARowForEachBox() throws IOException {
    dicom("stage_2_train_images/a.dcm", "a");
    dicom("stage_2_train_images/b.dcm", "b");
    dicom("stage_2_test_images/c.dcm", "c");
    write(
        "stage_2_train_labels.csv",
        "patientId,x,y,width,height,Target\na,1,2,3,4,1\na,5,6,7,8,1\nb,,,,,0\n");
    write(
        "stage_2_detailed_class_info.csv",
        "patientId,class\na,Lung Opacity\na,Lung Opacity\nb,Normal\n");
    write("stage_2_sample_submission.csv", "patientId,PredictionString\nc,0.5 0 0 100 100\n");
    Datasets.Parts parts = read(Format.RSNA_PNEUMONIA);
    assertEquals(2, parts.train().size());
    assertEquals(List.of("Target"), parts.train().tasks());
    assertEquals(Label.POSITIVE, image(parts.train(), "a.dcm").label("Target"));
    assertTrue(parts.reading().notes().toString().contains("left out: 1 pictures without labels"));
  }

  @Test
  void siimOutlinesInRunLengths() throws IOException {
    dicom("dicom-images-train/1/2/1.2.3.dcm", "a");
    dicom("dicom-images-train/3/4/1.2.4.dcm", "b");
    write(
        "train-rle.csv",
        "ImageId, EncodedPixels\n1.2.3, -1\n1.2.4, 557374 2 1015 8 1009\n1.2.4,557 2 10 8\n");
    Datasets.Parts parts = read(Format.SIIM_ACR);
    assertEquals(List.of("Pneumothorax"), parts.train().tasks());
    assertEquals(Label.NEGATIVE, image(parts.train(), "1.2.3.dcm").label("Pneumothorax"));
    assertEquals(Label.POSITIVE, image(parts.train(), "1.2.4.dcm").label("Pneumothorax"));
  }

  @Test
  void cheXphotoIsCheXpertsLayout() throws IOException {
    String path = "CheXphoto-v1.0/train/synthetic/digital/patient00001/study1/view1_frontal.jpg";
    images(path);
    write(
        "CheXphoto-v1.0/train.csv",
        "Path,Sex,Age,Frontal/Lateral,AP/PA,"
            + OBSERVATIONS
            + "\n"
            + path
            + ",Female,68,Frontal,AP,1.0,,,,,,,,,0.0,,,,1.0\n");
    Datasets.Parts parts = read(Format.CHEXPERT);
    assertEquals("patient00001", parts.train().images().get(0).patient());
    assertTrue(Files.exists(parts.train().file(parts.train().images().get(0))));
  }

  @Test
  void cheXpertPlusHasItsLabelsInJson() throws IOException {
    images(
        "PNG/train/patient1/study1/view1_frontal.png",
        "PNG/valid/patient2/study1/view1_frontal.png");
    write(
        "df_chexpert_plus_240401.csv",
        "path_to_image,path_to_dcm,frontal_lateral,ap_pa,deid_patient_id,report,sex,age,split\n"
            + "train/patient1/study1/view1_frontal.jpg,x.dcm,Frontal,AP,patient1,\"a\nb\",Male,70,train\n"
            + "valid/patient2/study1/view1_frontal.jpg,y.dcm,Frontal,PA,patient2,c,Female,50,valid\n");
    write(
        "chexbert_labels/report_fixed.json",
        "{\"path_to_image\": \"train/patient1/study1/view1_frontal.jpg\", \"Edema\": 1.0,"
            + " \"Fracture\": null}\n"
            + "{\"path_to_image\": \"valid/patient2/study1/view1_frontal.jpg\", \"Edema\": -1.0}\n");
    Datasets.Parts parts = read(Format.CHEXPERT_PLUS);
    ImageRecord first = parts.train().images().get(0);
    assertEquals(Label.POSITIVE, first.label("Edema"));
    assertEquals(Label.MISSING, first.label("Fracture"));
    assertEquals(70, first.attributes().ageYears());
    assertEquals(Projection.AP, first.attributes().projection());
    assertEquals(Label.UNCERTAIN, parts.parts().get("valid").images().get(0).label("Edema"));
  }

  @Test
  void braxNamesPngAndDicomFiles() throws IOException {
    images("images/id_1/Study_1/Series_1/image-1.png", "images/id_2/Study_2/Series_1/image-2.png");
    write(
        "master_spreadsheet_update.csv",
        "DicomPath,PngPath,PatientID,PatientSex,PatientAge,AccessionNumber,ViewPosition,"
            + OBSERVATIONS
            + ",Rows,Columns\n"
            + "Anonymized_DICOMs/id_1/x.dcm,images/id_1/Study_1/Series_1/image-1.png,id_1,M,045Y,A1,PA,"
            + "1.0,,,,,,,,,,,,,,100,100\n"
            + "Anonymized_DICOMs/id_2/y.dcm,images/id_2/Study_2/Series_1/image-2.png,id_2,F,90+,A2,L,"
            + ",,,,,,,,,,-1.0,,0.0,,100,100\n");
    Datasets.Parts parts = read(Format.BRAX);
    assertEquals(CheXpert.OBSERVATIONS, parts.train().tasks());
    ImageRecord second = image(parts.train(), "image-2.png");
    assertEquals(Label.UNCERTAIN, second.label("Pleural Effusion"));
    assertEquals(Label.NEGATIVE, second.label("Fracture"));
    assertEquals("A2", second.study());
    assertEquals(45, image(parts.train(), "image-1.png").attributes().ageYears());
  }

  @Test
  void covidxHasListsWithoutAHeader() throws IOException {
    images("train/a.png", "train/b.jpg", "val/c.png", "test/d.png");
    write("train.txt", "1 a.png positive cohen\n2 b.jpg negative rsna\n");
    write("val.txt", "3 c.png negative rsna\n");
    // Patient 1 of another source is another person.
    write("test.txt", "1 d.png positive ricord\n");
    Datasets.Parts parts = read(Format.COVIDX);
    assertEquals(List.of("COVID-19"), parts.train().tasks());
    assertEquals(Label.POSITIVE, image(parts.train(), "a.png").label("COVID-19"));
    assertEquals(1, parts.parts().get("valid").size());
    assertEquals("ricord-1", parts.parts().get("test").images().get(0).patient());
  }

  @Test
  void kermanysNamesTellPersons() throws IOException {
    for (String part : List.of("train", "val", "test")) {
      images(
          "chest_xray/" + part + "/NORMAL/IM-0115-0001.jpeg",
          "chest_xray/" + part + "/NORMAL/NORMAL2-IM-0173-0001-0002.jpeg",
          "chest_xray/" + part + "/PNEUMONIA/person1_bacteria_1.jpeg",
          "chest_xray/" + part + "/PNEUMONIA/person1_virus_2.jpeg");
    }
    images("chest_xray/__MACOSX/chest_xray/train/NORMAL/._IM-0115-0001.jpeg");
    Datasets.Parts parts = read(Format.FOLDERS);
    for (Dataset part : parts.parts().values()) {
      assertEquals(4, part.size());
      assertEquals(3, part.patients().size());
    }
  }

  @Test
  void shenzhenAndMontgomeryAreFoundHoweverTheyWereUnpacked() throws IOException {
    String china = "ChinaSet_AllFiles/ChinaSet_AllFiles/";
    images(china + "CXR_png/CHNCXR_0001_0.png", china + "mask/CHNCXR_0001_0_mask.png");
    write(china + "ClinicalReadings/CHNCXR_0001_0.txt", "male 45yrs\nnormal\n");
    assertEquals(1, read(Format.SHENZHEN).train().size());
    String county = "Montgomery/MontgomerySet/";
    images(county + "CXR_png/MCUCXR_0001_0.png", county + "ManualMask/leftMask/MCUCXR_0001_0.png");
    write(
        county + "ClinicalReadings/MCUCXR_0001_0.txt",
        "Patient's Sex: F\nPatient's Age: 027Y\nnormal\n");
    String message =
        assertThrows(UserErrorException.class, () -> read(Format.SHENZHEN)).getMessage();
    assertTrue(message.contains("--format shenzhen"), message);
    DataSource named = DataSource.at(Format.MONTGOMERY, root);
    Dataset montgomery = Datasets.read(named, Progress.SILENT);
    assertEquals(
        List.of(county + "CXR_png/MCUCXR_0001_0.png"),
        montgomery.images().stream().map(ImageRecord::path).toList());
  }

  @Test
  void theReadingsMayBeATable() throws IOException {
    images("images/images/CHNCXR_0001_0.png", "images/images/CHNCXR_0327_1.png");
    write(
        "shenzhen_metadata.csv",
        "study_id,sex,age,findings\nCHNCXR_0001_0.png,Male,45,normal\n"
            + "CHNCXR_0327_1.png,Female,30,\"right PTB, old\"\n");
    Datasets.Parts parts = read(Format.SHENZHEN);
    assertEquals(Label.POSITIVE, image(parts.train(), "0327_1.png").label("Tuberculosis"));
    assertEquals(45, image(parts.train(), "0001_0.png").attributes().ageYears());
    assertEquals(
        List.of("patient0001", "patient0327"),
        parts.train().patients().stream().collect(Collectors.toList()));
  }

  @Test
  void aNamedCollectionThatIsNotThereIsTheUsersError() throws IOException {
    images("a.png");
    String message =
        assertThrows(
                UserErrorException.class,
                () -> Datasets.read(DataSource.at(Format.PADCHEST, root), Progress.SILENT))
            .getMessage();
    assertTrue(message.contains("has not the tables of padchest"), message);
  }
}
