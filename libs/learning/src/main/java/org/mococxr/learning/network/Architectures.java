package org.mococxr.learning.network;

import java.util.List;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.training.Architecture;

/**
 * The encoders, by the names of torchvision and pretrainedmodels, as backbones without a head.
 * {@code resnet18_w16} and {@code resnet18_w32} are ResNet-18 with 16 and 32 channels in the stem
 * instead of 64, for demonstrations and tests on a few CPU cores.
 */
public final class Architectures {
  private static final List<String> NAMES =
      Stream.of(Architecture.values()).map(Architecture::text).toList();

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
    Architecture architecture =
        Stream.of(Architecture.values())
            .filter(a -> a.text().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new UserErrorException(
                        "architecture",
                        "there is none named " + name,
                        "one of " + String.join(", ", NAMES)));
    return switch (architecture) {
      case RESNET18 -> ResNets.build(name, false, 1, 64, 2, 2, 2, 2);
      case RESNET34 -> ResNets.build(name, false, 1, 64, 3, 4, 6, 3);
      case RESNET50 -> ResNets.build(name, true, 1, 64, 3, 4, 6, 3);
      case RESNET101 -> ResNets.build(name, true, 1, 64, 3, 4, 23, 3);
      case RESNET152 -> ResNets.build(name, true, 1, 64, 3, 8, 36, 3);
      case RESNEXT50_32X4D -> ResNets.build(name, true, 32, 4, 3, 4, 6, 3);
      case RESNEXT101_64X4D -> ResNets.build(name, true, 64, 4, 3, 4, 23, 3);
      case DENSENET121 -> DenseNets.build(name, 32, 64, 6, 12, 24, 16);
      case DENSENET161 -> DenseNets.build(name, 48, 96, 6, 12, 36, 24);
      case DENSENET169 -> DenseNets.build(name, 32, 64, 6, 12, 32, 32);
      case DENSENET201 -> DenseNets.build(name, 32, 64, 6, 12, 48, 32);
      case RESNET18_W16 -> ResNets.narrow(name, 16, 2, 2, 2, 2);
      case RESNET18_W32 -> ResNets.narrow(name, 32, 2, 2, 2, 2);
      case SE_RESNEXT101_32X4D -> SeNets.resNext(name, 32, 4, 3, 4, 23, 3);
      case SENET154 -> SeNets.senet154(name);
      case INCEPTIONV4 -> Inceptions.v4(name);
      case NASNETALARGE -> NasNets.large(name);
      case EFFICIENTNET_B0 -> EfficientNets.b0(name);
      case MNASNET1_0 -> MnasNets.build(name);
    };
  }
}
