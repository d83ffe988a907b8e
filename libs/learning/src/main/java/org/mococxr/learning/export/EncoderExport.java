package org.mococxr.learning.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.mococxr.foundation.AtomicFiles;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.learning.engine.FeatureExtractor;
import org.mococxr.learning.engine.Torch;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.state.io.MocoCheckpoint;
import org.mococxr.learning.state.io.TorchWriter;

/** Writes an encoder for other programs: safetensors, a PyTorch state dict, and ONNX. */
public final class EncoderExport {
  /** A state dict with torchvision's names, for {@code torch.load}. */
  public static final String TORCH = "encoder.pth";

  /** Features of uint8 pictures. */
  public static final String ONNX = "encoder.onnx";

  /** Largest difference of a feature, as a share of the largest feature. */
  public static final double TOLERANCE = 1e-4;

  private static final int PICTURES = 4;

  private EncoderExport() {}

  /**
   * Writes all formats and holds the ONNX model's features against PyTorch's.
   *
   * @return the largest difference, as a share of the largest feature
   * @throws IllegalStateException if it exceeds {@link #TOLERANCE}
   */
  public static double run(Encoder encoder, Path folder) {
    Encoder.Description d = encoder.description();
    byte[] onnx =
        OnnxWriter.encoder(
            encoder.network(),
            encoder.parameters(),
            d.normalisation(),
            d.imageSize(),
            d.imageSize());
    double difference = difference(encoder, onnx);
    if (!(difference <= TOLERANCE)) {
      throw new IllegalStateException(
          "the exported encoder's features differ from PyTorch's by " + difference);
    }
    encoder.write(folder);
    TorchWriter.write(
        folder.resolve(TORCH), MocoCheckpoint.withBatchCounters(encoder.parameters()));
    try {
      AtomicFiles.write(folder.resolve(ONNX), onnx);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return difference;
  }

  private static double difference(Encoder encoder, byte[] onnx) {
    Encoder.Description d = encoder.description();
    List<GreyImage> pictures =
        IntStream.range(0, PICTURES).mapToObj(i -> noise(i, d.imageSize())).toList();
    float[] expected;
    try (FeatureExtractor extractor =
        new FeatureExtractor(
            encoder.network(),
            encoder.parameters(),
            d.normalisation(),
            Torch.devices().getFirst(),
            PICTURES)) {
      expected = extractor.features(PICTURES, pictures::get, Progress.SILENT);
    }
    try (OnnxModel session = new OnnxModel(onnx)) {
      float[] actual = session.run(pictures).get(OnnxWriter.FEATURES);
      double largest = 0;
      double difference = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs(expected[i] - actual[i]));
      }
      return largest == 0 ? difference : difference / largest;
    }
  }

  private static GreyImage noise(int index, int size) {
    RandomStream random = RandomStream.of(index, "export check");
    byte[] pixels = new byte[size * size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    return new GreyImage(size, size, pixels);
  }
}
