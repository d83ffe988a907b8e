package org.mococxr.imaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.imaging.testing.Pictures;

class BurnedInTextTest {

  @ParameterizedTest
  @CsvSource({
    "DOE JANE 1950-06-15, 10, 30, 20, 255, true",
    "Hospital of Elsewhere, 150, 500, 16, 255, true",
    "MRN 4711-0815, 12, 500, 24, 0, true",
    "R, 20, 40, 40, 255, false",
    "AP, 440, 40, 30, 255, false",
    "'', 0, 0, 10, 255, false"
  })
  void namesAtTheBorderAreTextAndSideMarkersAreNot(
      String text, int x, int y, int size, int level, boolean expected) {
    GreyImage smooth = Pictures.smooth(512, 512, 3);
    BufferedImage picture = new BufferedImage(512, 512, BufferedImage.TYPE_BYTE_GRAY);
    byte[] pixels = ((DataBufferByte) picture.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) Math.clamp(smooth.pixels()[i] & 0xFF, 20, 235);
    }
    Graphics2D pen = picture.createGraphics();
    pen.setColor(new Color(level, level, level));
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
    pen.drawString(text, x, y);
    pen.dispose();
    assertEquals(expected, BurnedInText.seemsIn(new GreyImage(512, 512, pixels)));
  }
}
