package org.mococxr.inference.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.inference.bundle.InputGeometry;
import org.mococxr.inference.model.Deadline;
import org.mococxr.inference.model.ServedModel;
import org.mococxr.inference.model.TensorSpec;
import org.mococxr.inference.prediction.Decoding;

/**
 * A request that was found to fit a model.
 *
 * @param pixels {@code [count, 1, H, W]}, unsigned, row-major
 * @param count images
 * @param wanted outputs to compute, in the order in which they are answered
 * @param decoded whether the images came as files
 */
record Batch(ByteBuffer pixels, int count, Set<String> wanted, boolean decoded) {

  /**
   * Checks {@code request} against {@code model}, naming the first thing that does not fit. Input
   * of type UINT8 or FP32 is the network's input itself; of type BYTES, image files as people send
   * them.
   */
  static Batch of(
      InferRequest request,
      ServedModel model,
      int mostImages,
      Decoding decoding,
      Deadline deadline) {
    TensorSpec spec = model.input();
    if (request.inputs().size() != 1) {
      throw wrong("inputs", "has " + request.inputs().size() + " tensors", "one, " + spec.name());
    }
    InferRequest.Input input = request.inputs().getFirst();
    if (!spec.name().equals(input.name())) {
      throw wrong("inputs[0].name", "is " + input.name(), spec.name());
    }
    Set<String> wanted = wanted(request.outputs(), model);
    if (input.data() == null) {
      throw new UserErrorException("inputs[0].data", "is missing", "a list of grey levels");
    }
    return switch (input.datatype()) {
      case "UINT8" -> {
        int count = count(input, spec, mostImages);
        yield new Batch(levels(input, elements(input)), count, wanted, false);
      }
      case "FP32" -> {
        int count = count(input, spec, mostImages);
        yield new Batch(rounded(input, elements(input)), count, wanted, false);
      }
      case "BYTES" -> {
        List<ByteBuffer> files = files(input, mostImages);
        yield new Batch(decoded(files, model, decoding, deadline), files.size(), wanted, true);
      }
      case null, default ->
          throw wrong("inputs[0].datatype", "is " + input.datatype(), "UINT8, FP32 or BYTES");
    };
  }

  private static int count(InferRequest.Input input, TensorSpec spec, int mostImages) {
    List<Long> shape = input.shape();
    boolean image =
        shape.size() == spec.shape().size()
            && shape.subList(1, 4).equals(spec.shape().subList(1, 4));
    if (!image || shape.getFirst() < 1) {
      throw wrong("inputs[0].shape", "is " + shape, spec.shape() + ", the first at least 1");
    }
    if (shape.getFirst() > mostImages) {
      throw wrong(
          "inputs[0].shape", "has " + shape.getFirst() + " images", "at most " + mostImages);
    }
    return shape.getFirst().intValue();
  }

  private static int elements(InferRequest.Input input) {
    return Math.toIntExact(input.shape().stream().reduce(1L, Math::multiplyExact));
  }

  private static ByteBuffer levels(InferRequest.Input input, int elements) {
    ByteBuffer levels =
        switch (input.data()) {
          case InferRequest.Raw raw -> raw.bytes();
          case InferRequest.Levels numbers -> ByteBuffer.wrap(numbers.values());
          case InferRequest.Floats floats -> throw floats.odd();
          case InferRequest.Files files ->
              throw wrong("inputs[0].data", "has texts", "grey levels for UINT8");
        };
    requireElements(input, levels.remaining(), elements);
    return levels;
  }

  private static void requireElements(InferRequest.Input input, int found, int elements) {
    if (found != elements) {
      throw wrong(
          "inputs[0].data", "has " + found + " elements", elements + " for " + input.shape());
    }
  }

  /** Grey levels as floats: what a client whose library knows no bytes sends. */
  private static ByteBuffer rounded(InferRequest.Input input, int elements) {
    byte[] levels = new byte[elements];
    switch (input.data()) {
      case InferRequest.Levels numbers -> {
        requireElements(input, numbers.values().length, elements);
        levels = numbers.values();
      }
      case InferRequest.Raw raw -> {
        requireElements(input, raw.bytes().remaining() / Float.BYTES, elements);
        ByteBuffer bytes = raw.bytes().slice().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
          levels[i] = level(bytes.getFloat(), i);
        }
      }
      case InferRequest.Floats floats -> {
        requireElements(input, floats.values().length, elements);
        for (int i = 0; i < elements; i++) {
          levels[i] = level(floats.values()[i], i);
        }
      }
      case InferRequest.Files files ->
          throw wrong("inputs[0].data", "has texts", "grey levels for FP32");
    }
    return ByteBuffer.wrap(levels);
  }

  private static byte level(float value, int index) {
    if (!(value >= 0 && value <= 255)) {
      throw wrong(
          "inputs[0].data, element " + index, "is " + value, "a grey level within 0 to 255");
    }
    return (byte) Math.round(value);
  }

  private static List<ByteBuffer> files(InferRequest.Input input, int mostImages) {
    List<ByteBuffer> files =
        switch (input.data()) {
          case InferRequest.Files given -> given.contents();
          case InferRequest.Raw raw -> lengthPrefixed(raw.bytes());
          case InferRequest.Levels numbers ->
              throw wrong("inputs[0].data", "has numbers", "image files in base64 for BYTES");
          case InferRequest.Floats numbers ->
              throw wrong("inputs[0].data", "has numbers", "image files in base64 for BYTES");
        };
    List<Long> shape = input.shape();
    boolean fits = shape.equals(List.of((long) files.size()));
    if (!fits && !shape.equals(List.of((long) files.size(), 1L)) || files.isEmpty()) {
      throw wrong(
          "inputs[0].shape", "is " + shape + " for " + files.size() + " files", "[N] or [N, 1]");
    }
    if (files.size() > mostImages) {
      throw wrong("inputs[0].shape", "has " + files.size() + " images", "at most " + mostImages);
    }
    return files;
  }

  /** As BYTES travel in raw form: each element after its length in four bytes, little-endian. */
  private static List<ByteBuffer> lengthPrefixed(ByteBuffer raw) {
    ByteBuffer bytes = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
    List<ByteBuffer> elements = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw wrong(
            "inputs[0].data, element " + elements.size(),
            "is cut short",
            "its length in four bytes, little-endian, and as many bytes");
      }
      elements.add(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
    return elements;
  }

  private static ByteBuffer decoded(
      List<ByteBuffer> files, ServedModel model, Decoding decoding, Deadline deadline) {
    InputGeometry geometry = model.description().geometry();
    ByteBuffer pixels = ByteBuffer.allocate(files.size() * geometry.pixels());
    for (int i = 0; i < files.size(); i++) {
      byte[] file = new byte[files.get(i).remaining()];
      files.get(i).duplicate().get(file);
      String name = "inputs[0].data, element " + i;
      pixels.put(decoding.view(file, name, geometry, deadline).pixels().pixels());
    }
    return pixels.flip();
  }

  private static Set<String> wanted(List<InferRequest.Output> outputs, ServedModel model) {
    Set<String> all = new LinkedHashSet<>();
    model.outputs().forEach(spec -> all.add(spec.name()));
    Set<String> wanted = new LinkedHashSet<>();
    for (InferRequest.Output output : outputs) {
      if (!all.contains(output.name())) {
        throw wrong("outputs", "has " + output.name(), "some of " + all);
      }
      wanted.add(output.name());
    }
    return wanted.isEmpty() ? all : wanted;
  }

  private static UserErrorException wrong(String location, String problem, String expected) {
    return new UserErrorException(location, problem, "expected " + expected);
  }
}
