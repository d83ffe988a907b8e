package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.archive.Credentials;
import org.mococxr.archive.DicomWebClient;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.option.Options;
import org.mococxr.testkit.DicomBuilder;
import org.mococxr.testkit.Orthanc;

/** A data set out of an archive: patients, studies and views are those of its headers. */
@Tag("slow")
class DicomWebFormatTest {
  @TempDir Path folder;

  @Test
  void aQueryOfAnArchiveIsADataSetAndNamesNobody() throws Exception {
    Path home = Files.createDirectory(folder.resolve("archive"));
    try (Orthanc orthanc = Orthanc.start(home)) {
      Path secret = Files.writeString(home.resolve("password"), Orthanc.PASSWORD);
      String login = "basic:" + Orthanc.USER + ":file:" + secret;
      store(orthanc, login);
      Map<String, Object> options = new HashMap<>();
      options.put("format", "dicomweb");
      options.put("root", folder.resolve("copy").toString());
      options.put("archive", orthanc.dicomWeb().toString());
      options.put("credentials", login);
      options.put("salt", "the salt of a test");
      options.put("query", Map.of("modality", "CR"));
      DataSource source = Options.read(options, DataSource.class, "data");
      Dataset read = Datasets.read(source, Progress.SILENT);
      assertEquals(8, read.size());
      assertEquals(4, read.patients().size());
      assertEquals(List.of(), read.rejected());
      ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
      for (ImageRecord image : read.images()) {
        assertFalse((image.path() + image.patient() + image.study()).contains("MRN"));
        assertEquals(40, decoder.decode(read.file(image)).width());
      }
      options.remove("salt");
      DataSource unsalted = Options.read(options, DataSource.class, "data");
      UserErrorException error =
          assertThrows(UserErrorException.class, () -> Datasets.read(unsalted, Progress.SILENT));
      assertTrue(error.getMessage().contains("salt"), error.getMessage());
    }
  }

  private static void store(Orthanc orthanc, String login) {
    int[] values = new int[1600];
    Arrays.setAll(values, i -> 2 * i);
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String study = "1.2.9." + (i / 2 + 1);
      files.add(
          DicomBuilder.grey("1.2.840.10008.1.2.1", 40, 40, 16, 12, false, values)
              .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1")
              .text(0x00080018, "UI", study + ".1." + i)
              .text(0x00080060, "CS", "CR")
              .text(0x00100020, "LO", "MRN" + i / 2)
              .text(0x00180015, "CS", "CHEST")
              .text(0x00185101, "CS", "PA")
              .text(0x0020000D, "UI", study)
              .text(0x0020000E, "UI", study + ".1")
              .build());
    }
    try (DicomWebClient archive =
        new DicomWebClient(orthanc.dicomWeb(), Credentials.parse(login), DecodeLimits.defaults())) {
      archive.store(files);
    }
  }
}
