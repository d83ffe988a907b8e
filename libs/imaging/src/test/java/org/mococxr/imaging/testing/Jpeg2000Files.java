package org.mococxr.imaging.testing;

import com.github.jaiimageio.jpeg2000.J2KImageWriteParam;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriter;
import com.github.jaiimageio.jpeg2000.impl.J2KImageWriterSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mococxr.imaging.GreyImage;

/** Writes JPEG 2000 for tests. */
public final class Jpeg2000Files {
  private Jpeg2000Files() {}

  /** A JP2 file, by the reversible or the irreversible wavelet, in tiles of 32 pixels if wished. */
  public static byte[] write(GreyImage image, boolean reversible, boolean tiled) {
    BufferedImage grey =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setDataElements(0, 0, image.width(), image.height(), image.pixels());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    J2KImageWriter writer = new J2KImageWriter(new J2KImageWriterSpi());
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      J2KImageWriteParam options = (J2KImageWriteParam) writer.getDefaultWriteParam();
      options.setLossless(reversible);
      options.setFilter(reversible ? J2KImageWriteParam.FILTER_53 : J2KImageWriteParam.FILTER_97);
      if (tiled) {
        options.setTilingMode(J2KImageWriteParam.MODE_EXPLICIT);
        options.setTiling(32, 32, 0, 0);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(grey, null, null), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
