package org.mococxr.learning.network;

import java.util.List;
import org.mococxr.foundation.UserErrorException;

/**
 * The encoders, by torchvision's names, as backbones without a head. {@code resnet18_w16} and
 * {@code resnet18_w32} are ResNet-18 with 16 and 32 channels in the stem instead of 64, for
 * demonstrations and tests on a few CPU cores.
 */
public final class Architectures {
  private static final List<String> NAMES =
      List.of(
          "resnet18",
          "resnet34",
          "resnet50",
          "resnet101",
          "resnet152",
          "resnext50_32x4d",
          "resnext101_64x4d",
          "densenet121",
          "densenet161",
          "densenet201",
          "mnasnet1_0",
          "resnet18_w16",
          "resnet18_w32");

  private Architectures() {}

  /** Every name that {@link #named} takes. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The backbone of a name.
   *
   * @throws UserErrorException if there is none of that name
   */
  public static Network named(String name) {
    return switch (name) {
      case "resnet18" -> ResNets.build(name, false, 1, 64, 2, 2, 2, 2);
      case "resnet34" -> ResNets.build(name, false, 1, 64, 3, 4, 6, 3);
      case "resnet50" -> ResNets.build(name, true, 1, 64, 3, 4, 6, 3);
      case "resnet101" -> ResNets.build(name, true, 1, 64, 3, 4, 23, 3);
      case "resnet152" -> ResNets.build(name, true, 1, 64, 3, 8, 36, 3);
      case "resnext50_32x4d" -> ResNets.build(name, true, 32, 4, 3, 4, 6, 3);
      case "resnext101_64x4d" -> ResNets.build(name, true, 64, 4, 3, 4, 23, 3);
      case "densenet121" -> DenseNets.build(name, 32, 64, 6, 12, 24, 16);
      case "densenet161" -> DenseNets.build(name, 48, 96, 6, 12, 36, 24);
      case "densenet201" -> DenseNets.build(name, 32, 64, 6, 12, 48, 32);
      case "resnet18_w16" -> ResNets.narrow(name, 16, 2, 2, 2, 2);
      case "resnet18_w32" -> ResNets.narrow(name, 32, 2, 2, 2, 2);
      case "mnasnet1_0" -> MnasNets.build(name);
      default ->
          throw new UserErrorException(
              "architecture", "there is none named " + name, "one of " + String.join(", ", NAMES));
    };
  }
}
