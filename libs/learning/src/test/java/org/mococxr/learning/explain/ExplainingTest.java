package org.mococxr.learning.explain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mococxr.foundation.Json;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.heatmap.HeatMap;
import org.mococxr.imaging.heatmap.Overlay;
import org.mococxr.imaging.transform.Resize;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.evaluation.Ensemble;
import org.mococxr.learning.evaluation.FineTuned;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.learning.finetuning.CheckpointListener;
import org.mococxr.learning.finetuning.FineTuneOptions;
import org.mococxr.learning.finetuning.FineTuning;
import org.mococxr.learning.testing.Pictures;
import org.mococxr.specs.option.Options;
import org.mococxr.specs.run.ExplainRun;

/** Heat maps of runs and of the checkpoints that they join. */
@Tag("slow")
class ExplainingTest {
  private static final String TASK = "Pleural Effusion";
  private static final int SIZE = 32;

  /** Of 4 x 4 places; the last feature map of so small a picture has one. */
  private static final String LAYER = "layer2.1.bn2";

  @TempDir Path folder;

  private void makeParts() throws IOException {
    List<String> lines = Files.readAllLines(Pictures.write(folder, 16, 40, 3));
    Pictures.part(folder.resolve("train.csv"), lines, 1, 17);
    Pictures.part(folder.resolve("valid.csv"), lines, 17, 25);
    Pictures.part(folder.resolve("test.csv"), lines, 25, 33);
  }

  private Path run(String name, int size, Object... more) {
    Map<String, Object> options = Pictures.run(folder, List.of(TASK), size);
    options.put("epochs", 2);
    options.put("evaluateEvery", 8);
    for (int i = 0; i < more.length; i += 2) {
      options.put((String) more[i], more[i + 1]);
    }
    FineTuning.run(
        Options.read(options, FineTuneOptions.class, "test"),
        folder.resolve(name),
        Progress.SILENT,
        CheckpointListener.NONE,
        () -> false);
    return folder.resolve(name);
  }

  private List<Explaining.Drawn> explain(String name, int count, Path... runs) {
    return Explaining.run(
        new ExplainOptions(
            List.of(runs),
            folder,
            folder.resolve("test.csv"),
            new ExplainRun("run", ExplainRun.Method.GRAD_CAM, LAYER, count)),
        folder.resolve(name),
        Progress.SILENT);
  }

  private HeatMap cam(Encoder encoder, LinearHead head, GreyImage at) {
    try (GradCam cam = new GradCam(encoder, head, LAYER)) {
      return cam.map(at, 0);
    }
  }

  @Test
  void theMapsOfAnEnsemblesCheckpointsAreJoinedAndThenThoseOfRuns() throws IOException {
    makeParts();
    Path joined = run("joined", SIZE, "ensemble", 2, "keep", 2);
    Path alone = run("alone", SIZE, "seed", 7L);
    Explaining.Drawn drawn = explain("both", 1, joined, alone).getFirst();
    GreyImage picture =
        Resize.to(SIZE, SIZE)
            .apply(new ImageDecoder(DecodeLimits.defaults()).decode(folder.resolve(drawn.image())));
    FineTuned first = FineTuned.read(joined);
    List<HeatMap> members = new ArrayList<>();
    for (Ensemble.Member member :
        Json.read(joined.resolve(Ensemble.FILE), Ensemble.class).models().get(TASK)) {
      Checkpoint kept = first.kept(joined.resolve(member.path()));
      members.add(cam(kept.encoder(), kept.head(), picture));
    }
    assertEquals(2, members.size());
    assertEquals(16, members.getFirst().values().length);
    FineTuned second = FineTuned.read(alone);
    HeatMap expected =
        HeatMap.joined(
            List.of(HeatMap.joined(members, false), cam(second.encoder(), second.head(), picture)),
            false);
    assertArrayEquals(
        Overlay.png(picture, expected),
        Files.readAllBytes(folder.resolve("both").resolve(drawn.file())));
  }

  /** However many pictures there are, their maps are not held until the last one. */
  @Test
  void whatWasSeenIsDrawnBeforeTheNextPicturesAreRead() throws IOException {
    List<String> lines = Files.readAllLines(Pictures.write(folder, 55, 40, 3));
    Pictures.part(folder.resolve("train.csv"), lines, 1, 9);
    Pictures.part(folder.resolve("valid.csv"), lines, 9, 17);
    Pictures.part(folder.resolve("test.csv"), lines, 17, 111);
    Path run = run("run", SIZE);
    List<String> positive =
        lines.subList(17, 111).stream().filter(l -> l.endsWith(",1.0")).toList();
    assertTrue(positive.size() > 40, () -> "" + positive.size());
    String last = positive.get(39);
    Files.writeString(folder.resolve(last.substring(0, last.indexOf(','))), "no picture");
    assertThrows(UserErrorException.class, () -> explain("some", 40, run));
    try (Stream<Path> files = Files.walk(folder.resolve("some/explanations"))) {
      assertEquals(32, files.filter(f -> f.toString().endsWith(".png")).count());
    }
  }

  @Test
  void runsThatSeeOtherPartsOfAPictureAreNotJoined() throws IOException {
    makeParts();
    Path one = run("one", SIZE);
    Path other = run("other", 24);
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> explain("both", 1, one, other));
    assertEquals(other.toString(), e.location());
  }
}
