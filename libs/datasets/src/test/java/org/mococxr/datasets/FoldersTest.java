package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** Which folders are classes, and which are not. */
class FoldersTest {
  @TempDir Path root;

  private Datasets.Parts read(String... files) throws IOException {
    for (String name : files) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "");
    }
    return Datasets.readParts(DataSource.at(root), Progress.SILENT);
  }

  private void assertClasses(Datasets.Parts parts, String... classes) {
    assertEquals(Format.FOLDERS, parts.source().format());
    assertEquals(List.of(classes), parts.train().tasks());
  }

  @ParameterizedTest
  @ValueSource(strings = {"training,testing", "Train,Test", "TRAIN,val", "train,validation"})
  void partsHaveManyNames(String names) throws IOException {
    String train = names.split(",")[0];
    String other = names.split(",")[1];
    Datasets.Parts parts =
        read(train + "/a/1.png", train + "/B/2.png", other + "/A/3.png", other + "/b/4.png");
    assertClasses(parts, "a", "B");
    assertEquals(2, parts.train().size());
    assertEquals(2, parts.parts().values().stream().skip(1).findFirst().orElseThrow().size());
  }

  @Test
  void partsMayLieBelowAFolderOrBelowTheClasses() throws IOException {
    assertClasses(
        read("chest_xray/train/a/1.png", "chest_xray/train/b/2.png", "chest_xray/test/a/3.png"),
        "a",
        "b");
  }

  @Test
  void classesMayHoldTheParts() throws IOException {
    Datasets.Parts parts =
        read("covid/train/1.png", "covid/test/2.png", "normal/train/3.png", "normal/test/4.png");
    assertClasses(parts, "covid", "normal");
    assertEquals(2, parts.parts().get("test").size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "images/1.png,docs/2.png",
        "train/1.png,test/2.png",
        "training/1.png,testing/2.png",
        "images_001/1.png,images_002/2.png",
        "batch 1/1.png,batch 2/2.png",
        "patient001/1.png,patient002/2.png",
        "p10/1.png,p11/2.png",
        "png/1.png,jpeg/2.png",
        "00012/1.png,00013/2.png",
        "a/1.png"
      })
  void theseFoldersAreNoClasses(String files) throws IOException {
    Datasets.Parts parts = read(files.split(","));
    assertEquals(Format.IMAGES, parts.source().format());
    assertTrue(parts.train().images().stream().noneMatch(ImageRecord::labelled));
    assertFalse(parts.train().images().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0/1.png,1/2.png",
        "grade 0/1.png,grade 1/2.png",
        "class_1/1.png,class_2/2.png",
        "COVID-19/1.png,Normal/2.png",
        "TB/1.png,no TB/2.png"
      })
  void theseAre(String files) throws IOException {
    assertEquals(Format.FOLDERS, read(files.split(",")).source().format());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "masks/1.png",
        "Lung Masks/1.png",
        "segmentation/1.png",
        "1_mask.png",
        "GT/1.png",
        "ManualMask/leftMask/1.png",
        "mask/1.jpg"
      })
  void masksAreLeftOutWhereverTheyLie(String mask) throws IOException {
    Datasets.Parts parts =
        read("a/images/1.png", "b/images/2.png", "a/" + mask, "b/" + mask, "a/depth/7.png");
    assertClasses(parts, "a", "b");
    assertEquals(2, parts.train().size());
    assertTrue(parts.reading().notes().toString().contains("left out: 2 masks"));
    assertTrue(parts.reading().notes().toString().contains("'a/depth' with 1 images"));
  }

  @Test
  void filesWithoutExtensionAreFoundByContent() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    Files.write(root.resolve("1.2.840.113619.2.5"), png);
    Files.write(root.resolve("noname"), png);
    Files.writeString(root.resolve("README"), "text");
    assertEquals(2, read().train().size());
  }

  @Test
  void picturesInFoldersOfPatientsTellThem() throws IOException {
    assertEquals(
        2,
        read("patient1/study1/view1.png", "patient1/study2/view1.png", "patient2/study1/view1.png")
            .train()
            .patients()
            .size());
  }
}
