package org.mococxr.learning.weights;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.mococxr.learning.state.StateDict;

/**
 * How a file names the parameters of a backbone below some prefix. Two names that only the start of
 * such a backbone has tell which it is, and where.
 */
enum Naming {
  RESNET("conv1.weight", "layer1.0.conv1.weight", UnaryOperator.identity()),
  DENSENET(
      "features.conv0.weight",
      "features.denseblock1.denselayer1.conv1.weight",
      UnaryOperator.identity()),
  SENET("layer0.conv1.weight", "layer1.0.se_module.fc1.weight", UnaryOperator.identity()),
  INCEPTION("features.0.conv.weight", "features.3.conv.conv.weight", UnaryOperator.identity()),
  EFFICIENTNET("features.0.0.weight", "features.1.0.block.0.0.weight", UnaryOperator.identity()),
  MNASNET("layers.0.weight", "layers.8.0.layers.0.weight", UnaryOperator.identity()),

  /** {@code nn.Sequential(*list(resnet.children())[:-1])}, as lightly's examples have it. */
  RESNET_CHILDREN("0.weight", "4.0.conv1.weight", Naming::ofResNetsChild),

  /** Likewise of a DenseNet, whose first child is {@code features}. */
  DENSENET_CHILDREN(
      "0.conv0.weight",
      "0.denseblock1.denselayer1.conv1.weight",
      name -> name.replaceFirst("^0\\.", "features.")),

  /** Likewise of an MNASNet, whose first child is {@code layers}. */
  MNASNET_CHILDREN(
      "0.0.weight", "0.8.0.layers.0.weight", name -> name.replaceFirst("^0\\.", "layers.")),

  /** {@code densenet.features} alone. */
  DENSENET_FEATURES(
      "conv0.weight", "denseblock1.denselayer1.conv1.weight", name -> "features." + name);

  /** Names of DenseNet's layers in torchvision's published files: norm.1 is norm1. */
  private static final Pattern OLD_DENSENET =
      Pattern.compile("(denselayer\\d+\\.(?:norm|relu|conv))\\.([12]\\.)");

  private static final Map<String, String> RESNETS_CHILDREN =
      Map.of("0", "conv1", "1", "bn1", "4", "layer1", "5", "layer2", "6", "layer3", "7", "layer4");

  private final String first;
  private final String second;
  private final UnaryOperator<String> torchvisions;

  Naming(String first, String second, UnaryOperator<String> torchvisions) {
    this.first = first;
    this.second = second;
    this.torchvisions = torchvisions;
  }

  /**
   * A backbone in a file.
   *
   * @param root prefix of its names, empty or with a dot at its end
   */
  record Place(Naming naming, String root) {
    /** The tensors below the root, by torchvision's names. */
    StateDict backbone(StateDict tensors) {
      return tensors.under(root).select(name -> true, naming.torchvisions);
    }

    /** torchvision's name of what the file calls {@code root + name}. */
    String torchvisions(String name) {
      return naming.torchvisions.apply(name);
    }
  }

  /** torchvision's present names of DenseNet's layers, in place of those of its first files. */
  static StateDict withoutOldNames(StateDict tensors) {
    return tensors.select(name -> true, name -> OLD_DENSENET.matcher(name).replaceFirst("$1$2"));
  }

  /** Every backbone of a file, by root. */
  static List<Place> places(StateDict tensors) {
    List<Place> places = new ArrayList<>();
    for (Naming naming : values()) {
      for (String name : tensors.names()) {
        if (name.equals(naming.first) || name.endsWith("." + naming.first)) {
          String root = name.substring(0, name.length() - naming.first.length());
          boolean taken =
              naming == DENSENET_FEATURES && (root.endsWith("features.") || root.endsWith("0."));
          if (!taken && tensors.contains(root + naming.second)) {
            places.add(new Place(naming, root));
          }
        }
      }
    }
    places.sort(Comparator.comparing(Place::root));
    return places;
  }

  private static String ofResNetsChild(String name) {
    int dot = name.indexOf('.');
    String child = dot < 0 ? name : name.substring(0, dot);
    return RESNETS_CHILDREN.containsKey(child)
        ? RESNETS_CHILDREN.get(child) + name.substring(dot)
        : name;
  }
}
