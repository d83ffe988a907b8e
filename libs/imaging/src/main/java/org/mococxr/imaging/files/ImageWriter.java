package org.mococxr.imaging.files;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.UUID;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.codec.PngWriter;

/** Writes pictures, whole or not at all: beside the target first, then renamed onto it. */
public final class ImageWriter {
  private ImageWriter() {}

  /** Writes an 8-bit greyscale PNG. */
  public static void writePng(GreyImage image, Path file) {
    write(toPng(image), file);
  }

  /**
   * Writes a greyscale JPEG.
   *
   * @param quality 0 (worst) … 1 (best)
   */
  public static void writeJpeg(GreyImage image, Path file, float quality) {
    write(toJpeg(image, quality), file);
  }

  /** The bytes of an 8-bit greyscale PNG. */
  public static byte[] toPng(GreyImage image) {
    return PngWriter.write(image);
  }

  /**
   * The bytes of a greyscale JPEG.
   *
   * @param quality 0 (worst) … 1 (best)
   */
  public static byte[] toJpeg(GreyImage image, float quality) {
    BufferedImage grey =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] target = ((DataBufferByte) grey.getRaster().getDataBuffer()).getData();
    System.arraycopy(image.pixels(), 0, target, 0, target.length);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Iterator<javax.imageio.ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    javax.imageio.ImageWriter writer = writers.next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam options = writer.getDefaultWriteParam();
      options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      options.setCompressionQuality(quality);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(grey, null, null), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void write(byte[] bytes, Path file) {
    // Not createTempFile: that makes files which nobody else may read.
    Path beside = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      try {
        Files.write(beside, bytes);
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
