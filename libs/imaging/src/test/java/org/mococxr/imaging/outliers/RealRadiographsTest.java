package org.mococxr.imaging.outliers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.transform.Resize;
import org.mococxr.imaging.transform.Rotate;
import org.mococxr.testkit.Needs;

/** On radiographs of the NIH set: patients with an even number to learn of, the others to test. */
class RealRadiographsTest {
  private static final int SIDE = 64;

  /** Most of these are rotated by 90° against the clock, a fault of the sample. */
  private static final String ROTATED = "cadlab_sample";

  private final List<GreyImage> learnt = new ArrayList<>();
  private final List<GreyImage> tested = new ArrayList<>();
  private final List<GreyImage> rotated = new ArrayList<>();

  @Test
  void turnedRadiographsAreToldFromUprightOnes() throws IOException {
    read(Needs.shared("data/nih-cxr"));
    Appearance.Fit fit = Appearance.fit(learnt).orElseThrow();
    Appearance appearance = fit.appearance();
    assertTrue(fit.kept().size() > 0.9 * learnt.size(), "learnt of " + fit.kept().size());
    assertTrue(share(appearance, tested, 0, false) < 0.03);
    for (int turns = 1; turns < 4; turns++) {
      assertTrue(share(appearance, tested, turns, false) > 0.97, turns + " quarter turns");
    }
    assertTrue(share(appearance, tested, 0, true) > 0.99, "inverted");
    long found =
        rotated.stream()
            .filter(image -> !appearance.orientation(image).equals(Orientation.UPRIGHT))
            .count();
    assertTrue(found > 0.5 * rotated.size(), found + " of " + rotated.size());
  }

  private void read(Path folder) throws IOException {
    ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
    List<String> lines = Files.readAllLines(folder.resolve("labels.csv"));
    int column = List.of(lines.getFirst().split(",")).indexOf("patient_id");
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      GreyImage image =
          Resize.to(SIDE, SIDE)
              .apply(decoder.decode(folder.resolve("images320").resolve(cells[0])));
      if (Integer.parseInt(cells[column]) % 2 == 0) {
        learnt.add(image);
      } else {
        (cells[1].equals(ROTATED) ? rotated : tested).add(image);
      }
    }
  }

  /** Share of the images that are found as they were made. */
  private static double share(
      Appearance appearance, List<GreyImage> images, int turns, boolean inverted) {
    Orientation made = new Orientation(turns, inverted);
    boolean upright = made.equals(Orientation.UPRIGHT);
    long found =
        images.stream()
            .map(image -> turned(image, made))
            .filter(image -> appearance.orientation(image).equals(made) != upright)
            .count();
    return (double) found / images.size();
  }

  private static GreyImage turned(GreyImage image, Orientation made) {
    byte[] pixels = new Rotate(-90 * made.quarterTurns()).apply(image).pixels();
    for (int i = 0; made.inverted() && i < pixels.length; i++) {
      pixels[i] = (byte) (255 - (pixels[i] & 0xFF));
    }
    return new GreyImage(SIDE, SIDE, pixels);
  }
}
