package org.mococxr.imaging.heatmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.mococxr.imaging.GreyImage;

class OverlayTest {
  private static final int SIZE = 40;

  @Test
  void onlyTheSecondTasksEvidenceIsPainted() throws IOException {
    float[] values = {9, 9, 9, 9, 0, 0, 0, 2};
    BufferedImage picture = painted(values, 1);
    assertEquals(new Color(100, 100, 100), new Color(picture.getRGB(2, 2)));
    Color corner = new Color(picture.getRGB(SIZE - 2, SIZE - 2));
    assertTrue(corner.getRed() > 180 && corner.getBlue() < 100, corner.toString());
  }

  @Test
  void evidenceAgainstAFindingLeavesThePictureGrey() throws IOException {
    BufferedImage picture = painted(new float[] {-1, -2, -3, 0}, 0);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        assertEquals(new Color(100, 100, 100), new Color(picture.getRGB(x, y)));
      }
    }
  }

  @Test
  void thePaintIsStrongestAtTheCentreOfTheStrongestCell() throws IOException {
    BufferedImage picture = painted(new float[] {4, 0, 0, 0}, 0);
    int strongest = new Color(picture.getRGB(SIZE / 4, SIZE / 4)).getRed();
    for (int x = SIZE / 4 + 1; x < SIZE; x++) {
      int red = new Color(picture.getRGB(x, SIZE / 4)).getRed();
      assertTrue(red < strongest, "as red at " + x);
    }
  }

  private static BufferedImage painted(float[] values, int task) throws IOException {
    byte[] grey = new byte[SIZE * SIZE];
    Arrays.fill(grey, (byte) 100);
    byte[] png = Overlay.png(new GreyImage(SIZE, SIZE, grey), HeatMap.of(values, task, 2, 2));
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
