package org.mococxr.imaging.augmentation;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.transform.Clahe;
import org.mococxr.imaging.transform.Transform;

/**
 * The augmentations of the method by name.
 *
 * <table>
 * <caption>Options and their defaults</caption>
 * <tr><td>{@code none}</td><td>the middle; no options</td></tr>
 * <tr><td>{@code chexpert}</td><td>{@code flip} 0.5, {@code degrees} 10</td></tr>
 * <tr><td>{@code moco_v1}</td><td>{@code minScale} 0.2, {@code brightness} 0.4, {@code contrast}
 *     0.4, {@code flip} 0.5</td></tr>
 * <tr><td>{@code moco_v2}</td><td>those of {@code moco_v1}, {@code jitter} 0.8, {@code blur} 0.5,
 *     {@code blurMin} 0.1, {@code blurMax} 2</td></tr>
 * <tr><td>{@code finetune}</td><td>{@code rotation}, {@code contrast}, {@code brightness}, {@code
 *     sharpness}: each {@code {min, max, probability}} and off by default; {@code flip} 0; {@code
 *     crop} {@code random} or {@code centre}</td></tr>
 * <tr><td>all</td><td>{@code clahe} {@code {clip 2, tiles 8}}, before anything else; off by
 *     default</td></tr>
 * </table>
 */
public final class Augmentations {
  private static final List<String> NAMES =
      List.of("none", "chexpert", "moco_v1", "moco_v2", "finetune");

  private Augmentations() {}

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * An augmentation that always gives pictures of {@code size × size}; smaller pictures are
   * enlarged first. Safe for use by many threads.
   *
   * @param options see the class; missing ones have the paper's values
   * @throws UserErrorException if the name, an option or a value is unknown
   */
  public static Augmentation named(String name, int size, Map<String, Object> options) {
    if (size < 1) {
      throw new UserErrorException("image size", "it is " + size, "at least 1 is expected");
    }
    Options given = new Options("augmentation " + name, options);
    Augmentation augmentation =
        switch (name) {
          case "none" -> (image, random) -> Sizes.centreCrop(image, size);
          case "chexpert" ->
              new ChexpertAugmentation(
                  size, given.probability("flip", 0.5), given.number("degrees", 10, 0, 180));
          case "moco_v1" -> moco(size, given, 1.0, 0.0);
          case "moco_v2" ->
              moco(size, given, given.probability("jitter", 0.8), given.probability("blur", 0.5));
          case "finetune" -> fineTune(size, given);
          default ->
              throw new UserErrorException(
                  "augmentation",
                  "unknown name '" + name + "'",
                  "one of " + NAMES + " is expected");
        };
    Options clahe = given.nested("clahe");
    Transform equalise =
        new Clahe(clahe.number("clip", 2, 0.01, 1000), (int) clahe.number("tiles", 8, 1, 64));
    clahe.finish();
    given.finish();
    return given.has("clahe")
        ? (image, random) -> augmentation.apply(equalise.apply(image), random)
        : augmentation;
  }

  private static Augmentation moco(int size, Options given, double jitter, double blur) {
    boolean blurs = blur > 0;
    return new MocoAugmentation(
        size,
        given.number("minScale", 0.2, 1e-3, 1),
        given.number("brightness", 0.4, 0, 10),
        given.number("contrast", 0.4, 0, 10),
        jitter,
        blur,
        blurs ? given.number("blurMin", 0.1, 0.01, 100) : 0.1,
        blurs ? given.number("blurMax", 2.0, 0.01, 100) : 2.0,
        given.probability("flip", 0.5));
  }

  private static Augmentation fineTune(int size, Options given) {
    return new FineTuneAugmentation(
        size,
        draw(given, "rotation", -180, 180),
        draw(given, "contrast", 0, 10),
        draw(given, "brightness", 0, 10),
        draw(given, "sharpness", 0, 10),
        given.probability("flip", 0),
        given.word("crop", "random", Set.of("random", "centre")).equals("random"));
  }

  private static FineTuneAugmentation.Draw draw(
      Options given, String name, double least, double most) {
    Options nested = given.nested(name);
    double min = nested.number("min", Double.NaN, least, most);
    double max = nested.number("max", Double.NaN, least, most);
    double probability = nested.probability("probability", given.has(name) ? 1 : 0);
    nested.finish();
    if (given.has(name) && !(min <= max)) {
      throw new UserErrorException(
          "augmentation finetune." + name,
          "the range is " + min + " to " + max,
          "both min and max are needed, and min at most max");
    }
    return new FineTuneAugmentation.Draw(min, max, probability);
  }
}
