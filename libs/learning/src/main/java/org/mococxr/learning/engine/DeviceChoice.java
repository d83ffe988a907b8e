package org.mococxr.learning.engine;

import ai.djl.Device;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.mococxr.foundation.UserErrorException;

/** What computes: {@code --device}, and what follows from it on this machine. */
public sealed interface DeviceChoice {
  /** System property with the choice's text; the command line sets it. */
  String PROPERTY = "mococxr.device";

  /** Environment variable with the choice's text, for pods; the property wins. */
  String VARIABLE = "MOCOCXR_DEVICE";

  /** Every GPU where PyTorch is one for GPUs, the processor otherwise. */
  record Auto() implements DeviceChoice {}

  /** The processor, whatever else is there. */
  record Processor() implements DeviceChoice {}

  /**
   * GPUs and nothing else.
   *
   * @param number of one of them, from 0; null for all
   */
  record Gpus(Integer number) implements DeviceChoice {}

  /**
   * Reads {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:<n>}.
   *
   * @throws UserErrorException if it is none of these
   */
  static DeviceChoice parse(String text) {
    Matcher one = Pattern.compile("cuda(?::(\\d{1,3}))?").matcher(text);
    if (one.matches()) {
      return new Gpus(one.group(1) == null ? null : Integer.valueOf(one.group(1)));
    }
    return switch (text) {
      case "auto" -> new Auto();
      case "cpu" -> new Processor();
      default ->
          throw new UserErrorException(
              "--device", "found '" + text + "'", "expected auto, cpu, cuda or cuda:<number>");
    };
  }

  /** What the property or the environment says; {@link Auto} where they say nothing. */
  static DeviceChoice given() {
    return parse(EngineSetting.text(PROPERTY, VARIABLE).orElse("auto"));
  }

  /**
   * The devices that compute.
   *
   * @param found what PyTorch finds
   * @throws UserErrorException if GPUs were asked for, or PyTorch is one for GPUs, and there is
   *     none
   */
  default List<Device> devices(Gpu found) {
    return switch (this) {
      case Processor p -> List.of(Device.cpu());
      case Auto a when !found.supported() -> List.of(Device.cpu());
      case Auto a -> all(found, "--device auto");
      case Gpus g when g.number() == null -> all(found, "--device cuda");
      case Gpus g -> {
        String asked = "--device cuda:" + g.number();
        if (g.number() >= all(found, asked).size()) {
          throw new UserErrorException(
              asked,
              "PyTorch finds %d of them".formatted(found.count()),
              "expected a number in 0 … %d".formatted(found.count() - 1));
        }
        yield List.of(Device.gpu(g.number()));
      }
    };
  }

  private static List<Device> all(Gpu found, String asked) {
    if (!found.supported()) {
      throw new UserErrorException(
          asked,
          "this PyTorch is one for processors: " + found.libraries(),
          "give --pytorch with one for CUDA, or build with -Pcuda (docs/gpu.md), or --device cpu");
    }
    if (found.count() == 0) {
      throw new UserErrorException(
          asked,
          "this PyTorch is one for CUDA (%s) and sees no GPU: %s"
              .formatted(found.libraries(), found.why()),
          "mococxr doctor says what is missing; --device cpu computes on the processor");
    }
    return IntStream.range(0, found.count()).mapToObj(Device::gpu).toList();
  }

  /**
   * What PyTorch finds.
   *
   * @param supported whether its libraries are built for GPUs
   * @param count of GPUs that it sees
   * @param why it sees none, in PyTorch's words; empty if it sees one
   * @param libraries the folder that it was loaded from
   */
  record Gpu(boolean supported, int count, String why, String libraries) {}
}
