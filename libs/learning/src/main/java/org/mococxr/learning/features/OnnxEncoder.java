package org.mococxr.learning.features;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.Digests;
import org.mococxr.foundation.FileErrors;
import org.mococxr.foundation.Progress;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.engine.FeatureSource;
import org.mococxr.specs.training.ImageOptions;

/**
 * An encoder of others as an ONNX file, in ONNX Runtime. Its one input is {@code [N, 3, H, W]} or
 * {@code [N, 1, H, W]}: float32 gets normalised planes, uint8 gets grey levels as they are. Its
 * features are {@code [N, d]}; of a feature map {@code [N, d, h, w]} the mean over places is taken,
 * of tokens {@code [N, t, d]} the first, which is the class token where there is one.
 */
final class OnnxEncoder implements FeatureSource {
  private static final int DEFAULT_SIZE = 320;
  private static final int BATCH = 16;

  private final Path file;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final String input;
  private final TensorInfo expected;
  private final String output;
  private final float[][] levels;
  private final Encoder.Description description;
  private boolean closed;

  /**
   * @param wanted the output that holds the features; null for {@code features} or the only one
   * @throws UserErrorException if the file is no ONNX model with one input of pictures, has no such
   *     output, or takes pictures of another size
   */
  OnnxEncoder(Path file, String wanted, ImageOptions image) {
    this.file = file;
    this.session = open();
    try {
      Map<String, NodeInfo> inputs = session.getInputInfo();
      if (inputs.size() != 1) {
        throw wrong("its inputs are " + inputs.keySet(), "one input, the picture");
      }
      this.input = inputs.keySet().iterator().next();
      this.expected = pictures(inputs.get(input));
      this.output = output(wanted, session.getOutputNames());
      int size = size(image);
      Normalisation normalisation = ImageInput.normalisation(image, Normalisation.IMAGENET);
      this.levels = levels(normalisation);
      String digest = Digests.sha256(file);
      this.description =
          new Encoder.Description(
              null,
              Encoder.ONNX,
              normalisation,
              ImageInput.geometry(image, Geometry.shorterSide(size), size),
              size,
              batch(1, i -> new GreyImage(size, size, new byte[size * size])).length,
              Digests.sha256(digest + "\n" + output),
              Map.of("kind", Encoder.ONNX, "output", output, "sha256", digest));
    } catch (OrtException e) {
      throw refused(e);
    } catch (IOException e) {
      throw FileErrors.reading(file, e, "expected an ONNX file");
    }
  }

  private OrtSession open() {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      return environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  private static float[][] levels(Normalisation normalisation) {
    float[][] levels = new float[3][256];
    for (int c = 0; c < levels.length; c++) {
      for (int grey = 0; grey < 256; grey++) {
        levels[c][grey] = normalisation.apply(grey, c);
      }
    }
    return levels;
  }

  private UserErrorException refused(OrtException e) {
    return UserErrorException.at(
        file, "ONNX Runtime refuses it: " + Causes.message(e), "expected an ONNX model");
  }

  private UserErrorException wrong(String problem, String expectation) {
    return UserErrorException.at(file, problem, "expected " + expectation);
  }

  private TensorInfo pictures(NodeInfo node) {
    boolean fits =
        node.getInfo() instanceof TensorInfo t
            && t.getShape().length == 4
            && (t.getShape()[1] == 3 || t.getShape()[1] == 1)
            && (t.type == OnnxJavaType.FLOAT
                || t.type == OnnxJavaType.UINT8 && t.getShape()[1] == 1);
    if (!fits) {
      throw wrong(
          "its input " + input + " is " + node.getInfo(),
          "float32 [N, 3, H, W] or [N, 1, H, W], or uint8 [N, 1, H, W]");
    }
    return (TensorInfo) node.getInfo();
  }

  private String output(String wanted, Set<String> outputs) {
    List<String> names = new ArrayList<>(outputs);
    if (wanted != null) {
      if (!outputs.contains(wanted)) {
        throw new UserErrorException(
            "features", file + " has no output " + wanted, "expected one of " + names);
      }
      return wanted;
    }
    if (outputs.contains("features")) {
      return "features";
    }
    if (names.size() != 1) {
      throw new UserErrorException(
          "features", file + " has the outputs " + names, "name the one that holds the features");
    }
    return names.getFirst();
  }

  /** The side that the file fixes, else the one that is asked for. */
  private int size(ImageOptions image) {
    long height = expected.getShape()[2];
    long width = expected.getShape()[3];
    if (height > 0 && width > 0 && height != width) {
      throw wrong("its pictures are %d x %d".formatted(height, width), "square ones");
    }
    long fixed = Math.max(height, width);
    if (fixed <= 0) {
      return ImageInput.size(image, DEFAULT_SIZE);
    }
    if (image.size() != null && image.size() != fixed) {
      throw new UserErrorException(
          "image.size", "found " + image.size(), file + " takes pictures of " + fixed + " pixels");
    }
    return Math.toIntExact(fixed);
  }

  /** What it expects of its pictures; the digest is of the file and the output's name. */
  Encoder.Description description() {
    return description;
  }

  @Override
  public float[] features(int n, IntFunction<GreyImage> pictures, Progress progress) {
    int d = description.featureDimension();
    float[] out = new float[n * d];
    int most = fixedBatch() > 0 ? fixedBatch() : BATCH;
    for (int from = 0; from < n; from += most) {
      int start = from;
      int count = Math.min(most, n - from);
      float[] rows = batch(count, i -> pictures.apply(start + i));
      System.arraycopy(rows, 0, out, from * d, rows.length);
      progress.update("computing features", from + count, n);
    }
    return out;
  }

  /** How many pictures the file takes at a time; 0 or less for any number. */
  private int fixedBatch() {
    return Math.toIntExact(expected.getShape()[0]);
  }

  /** Rows of one batch; a fixed one is filled up with zeros. */
  private float[] batch(int count, IntFunction<GreyImage> pictures) {
    int n = Math.max(count, fixedBatch());
    List<GreyImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(pictures.apply(i));
    }
    int height = images.getFirst().height();
    int width = images.getFirst().width();
    long[] shape = {n, expected.getShape()[1], height, width};
    try (OnnxTensor tensor = tensor(images, shape);
        OrtSession.Result result = session.run(Map.of(input, tensor), Set.of(output))) {
      return rows((OnnxTensor) result.get(0), n, count);
    } catch (OrtException e) {
      throw UserErrorException.at(
          file,
          "it cannot take pictures of shape " + Arrays.toString(shape) + ": " + Causes.message(e),
          "expected image: {size: …} as the model wants it");
    }
  }

  private OnnxTensor tensor(List<GreyImage> images, long[] shape) throws OrtException {
    int area = (int) (shape[2] * shape[3]);
    if (expected.type == OnnxJavaType.UINT8) {
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) shape[0] * area);
      for (int i = 0; i < images.size(); i++) {
        bytes.put(i * area, images.get(i).pixels());
      }
      return OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.UINT8);
    }
    int channels = (int) shape[1];
    FloatBuffer values =
        ByteBuffer.allocateDirect((int) shape[0] * channels * area * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    for (int i = 0; i < images.size(); i++) {
      for (int c = 0; c < channels; c++) {
        int at = (i * channels + c) * area;
        byte[] pixels = images.get(i).pixels();
        for (int p = 0; p < area; p++) {
          values.put(at + p, levels[c][pixels[p] & 0xFF]);
        }
      }
    }
    return OnnxTensor.createTensor(environment, values, shape);
  }

  private float[] rows(OnnxTensor result, int n, int count) {
    long[] shape = result.getInfo().getShape();
    FloatBuffer values = result.getFloatBuffer();
    if (values == null || shape.length < 2 || shape.length > 4 || shape[0] != n) {
      throw wrong(
          "its output " + output + " is " + result.getInfo(),
          "float32 [N, d], [N, t, d] or [N, d, h, w]");
    }
    int d = (int) (shape.length == 3 ? shape[2] : shape[1]);
    int places = (int) (shape.length == 4 ? shape[2] * shape[3] : 1);
    int stride = (int) (values.remaining() / n);
    float[] rows = new float[count * d];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < d; j++) {
        double sum = 0;
        for (int p = 0; p < places; p++) {
          sum += values.get(i * stride + j * places + p);
        }
        rows[i * d + j] = (float) (sum / places);
      }
    }
    return rows;
  }

  /** Whoever opened it and whoever reads its features may both close it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
