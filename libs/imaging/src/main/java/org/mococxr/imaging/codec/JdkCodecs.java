package org.mococxr.imaging.codec;

import java.util.Iterator;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The JDK's own picture codecs, whatever others are on the class path. */
final class JdkCodecs {
  private JdkCodecs() {}

  /**
   * A codec.
   *
   * @param format as in the name of its package: {@code jpeg}, {@code bmp} or {@code tiff}
   */
  static ImageReaderSpi of(String format) {
    Iterator<ImageReaderSpi> codecs =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class,
                spi ->
                    spi.getClass().getName().startsWith("com.sun.imageio.plugins." + format + "."),
                false);
    if (!codecs.hasNext()) {
      throw new IllegalStateException(
          "this Java runtime has no " + format + " codec (module java.desktop)");
    }
    return codecs.next();
  }
}
