package org.mococxr.datasets;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.datasets.manifest.Manifest;
import org.mococxr.datasets.reading.Datasets;
import org.mococxr.datasets.testing.CheXpertFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;
import org.mococxr.specs.data.DataSource.Format;

/** Damaged labels files end in the user's error or in a data set, never in another exception. */
class CsvFuzzTest {
  private static final int MUTATIONS_PER_FORMAT = Integer.getInteger("mococxr.fuzz", 500);

  @TempDir Path folder;

  @Test
  void damagedLabelsFilesEndInTheUsersErrorOrInRejectedRows() throws IOException {
    String chexpert =
        CheXpertFiles.header()
            + "\n"
            + String.join("\n", CheXpertFiles.rows(1, "train", 1, 6, 0.2))
            + "\n";
    String nih =
        "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position\n"
            + "a.png,Mass|Nodule,0,1,058Y,M,PA\nb.png,No Finding,0,2,11,F,AP\n";
    String images = "image,patient,age,sex,view,\"ti\"\"sk\"\nx.png,1,3,F,PA,1\ny.png,2,,M,AP,0\n";
    String codalab = "Study,Edema\nC/test/patient1/study1,1.0\nC/test/patient2/study1,0.0\n";
    Map<Format, String> originals =
        Map.of(
            Format.CHEXPERT, chexpert,
            Format.NIH, nih,
            Format.IMAGES_CSV, images,
            Format.CHEXPERT_CODALAB, codalab);
    Files.writeString(
        folder.resolve("test_image_paths.csv"),
        "Path\nC/test/patient1/study1/view1.jpg\nC/test/patient2/study1/view1.jpg\n");
    List<String> read = new ArrayList<>();
    int refused = 0;
    for (Format format : Format.values()) {
      if (!originals.containsKey(format)) {
        continue;
      }
      byte[] original = originals.get(format).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < MUTATIONS_PER_FORMAT; i++) {
        byte[] damaged = mutate(original, RandomStream.of(7, format.text(), i));
        if (accepts(format, damaged, i)) {
          read.add(format.text());
        } else {
          refused++;
        }
      }
    }
    // Both happen, or the test would be looking at nothing.
    assertTrue(read.size() > 100 && refused > 100, read.size() + " and " + refused);
  }

  private boolean accepts(Format format, byte[] content, int mutation) throws IOException {
    String name = format == Format.CHEXPERT_CODALAB ? "test_groundtruth.csv" : "fuzzed.csv";
    Files.write(folder.resolve(name), content);
    DataSource source = DataSource.at(format, folder).withoutFileCheck();
    try {
      Dataset dataset =
          Datasets.read(
              format == Format.CHEXPERT_CODALAB ? source : source.withLabels(name),
              Progress.SILENT);
      Manifest.Writer writer = new Manifest.Writer(dataset);
      dataset.images().forEach(writer::row);
      return dataset.size() > 0;
    } catch (UserErrorException e) {
      return false;
    } catch (RuntimeException e) {
      return fail(format.text() + ", mutation " + mutation, e);
    }
  }

  /** Flips, removes, doubles and inserts bytes, and cuts the end off. */
  private static byte[] mutate(byte[] original, RandomStream random) {
    List<Byte> bytes = new ArrayList<>();
    for (byte b : original) {
      bytes.add(b);
    }
    byte[] nasty = {'"', ',', '\n', '\r', 0, (byte) 0xFF, '/', '.', '-', '9', '|', (byte) 0xC3};
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count && !bytes.isEmpty(); i++) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(6)) {
        case 0 -> bytes.set(at, (byte) random.nextInt(256));
        case 1 -> bytes.remove(at);
        case 2 -> bytes.add(at, nasty[random.nextInt(nasty.length)]);
        case 3 -> bytes.set(at, nasty[random.nextInt(nasty.length)]);
        case 4 -> bytes.addAll(at, List.copyOf(bytes.subList(0, Math.min(bytes.size(), 40))));
        default -> {
          if (random.nextBoolean(0.2)) {
            bytes = new ArrayList<>(bytes.subList(0, at));
          }
        }
      }
    }
    byte[] damaged = new byte[bytes.size()];
    for (int i = 0; i < damaged.length; i++) {
      damaged[i] = bytes.get(i);
    }
    return damaged;
  }
}
