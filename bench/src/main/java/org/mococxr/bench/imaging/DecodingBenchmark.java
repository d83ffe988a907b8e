package org.mococxr.bench.imaging;

import java.util.concurrent.TimeUnit;
import org.mococxr.imaging.DecodeLimits;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.files.ImageDecoder;
import org.mococxr.imaging.files.ImageWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Pictures decoded per second by one thread, of {@code width} × {@code 5/4 width} pixels. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class DecodingBenchmark {
  /** Pixels in a row. */
  @Param({"320", "512", "1024"})
  public int width;

  private final ImageDecoder decoder = new ImageDecoder(DecodeLimits.defaults());
  private byte[] png;
  private byte[] jpeg;

  /** Encodes the picture. */
  @Setup
  public void encode() {
    GreyImage image = MadeUpPictures.radiograph(width, width * 5 / 4, width);
    png = ImageWriter.toPng(image);
    jpeg = ImageWriter.toJpeg(image, 0.9f);
  }

  /** A PNG file's bytes to grey levels. */
  @Benchmark
  public GreyImage png() {
    return decoder.decode(png, "png");
  }

  /** A JPEG file's bytes to grey levels. */
  @Benchmark
  public GreyImage jpeg() {
    return decoder.decode(jpeg, "jpeg");
  }
}
