package org.mococxr.imaging.augmentation;

import org.mococxr.foundation.RandomStream;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.transform.Brightness;
import org.mococxr.imaging.transform.Contrast;
import org.mococxr.imaging.transform.Flip;
import org.mococxr.imaging.transform.GaussianBlur;
import org.mococxr.imaging.transform.ResizedCrop;

/**
 * MoCo's views (v1 and v2): random resized crop, jitter of brightness and contrast in random order,
 * blur, flip. Hue, saturation and greyscale do nothing to a grey picture; see the package.
 *
 * @param size pixels of the view's sides
 * @param minScale least share of the picture's area in the crop; the most is 1
 * @param brightness the factor is uniform within 1 ± this
 * @param contrast the factor is uniform within 1 ± this
 * @param jitter probability of the jitter
 * @param blur probability of the blur
 * @param blurMin least sigma in pixels
 * @param blurMax most sigma in pixels
 * @param flip probability of a horizontal flip
 */
record MocoAugmentation(
    int size,
    double minScale,
    double brightness,
    double contrast,
    double jitter,
    double blur,
    double blurMin,
    double blurMax,
    double flip)
    implements Augmentation {
  private static final int TRIES = 10;
  private static final double MIN_LOG_RATIO = StrictMath.log(3.0 / 4.0);
  private static final double MAX_LOG_RATIO = StrictMath.log(4.0 / 3.0);

  @Override
  public GreyImage apply(GreyImage image, RandomStream random) {
    GreyImage view = resizedCrop(image, random);
    if (random.nextBoolean(jitter)) {
      boolean brightnessFirst = random.nextBoolean(0.5);
      Brightness bright = new Brightness(factor(brightness, random));
      Contrast contrasted = new Contrast(factor(contrast, random));
      view =
          brightnessFirst
              ? contrasted.apply(bright.apply(view))
              : bright.apply(contrasted.apply(view));
    }
    if (random.nextBoolean(blur)) {
      view = new GaussianBlur(random.nextDouble(blurMin, blurMax)).apply(view);
    }
    return random.nextBoolean(flip) ? Flip.HORIZONTAL.apply(view) : view;
  }

  private static double factor(double strength, RandomStream random) {
    return random.nextDouble(Math.max(0, 1 - strength), 1 + strength);
  }

  /** As torchvision's {@code RandomResizedCrop}: ten tries, then the largest fitting centre. */
  private GreyImage resizedCrop(GreyImage image, RandomStream random) {
    int width = image.width();
    int height = image.height();
    for (int i = 0; i < TRIES; i++) {
      double area = (double) width * height * random.nextDouble(minScale, 1.0);
      double ratio = StrictMath.exp(random.nextDouble(MIN_LOG_RATIO, MAX_LOG_RATIO));
      int w = (int) Math.rint(Math.sqrt(area * ratio));
      int h = (int) Math.rint(Math.sqrt(area / ratio));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int top = random.nextInt(height - h + 1);
        int left = random.nextInt(width - w + 1);
        return new ResizedCrop(left, top, w, h, size, size).apply(image);
      }
    }
    double ratio = (double) width / height;
    int w = ratio > 4.0 / 3.0 ? (int) Math.rint(height * 4.0 / 3.0) : width;
    int h = ratio < 3.0 / 4.0 ? (int) Math.rint(width / (3.0 / 4.0)) : height;
    return new ResizedCrop((width - w) / 2, (height - h) / 2, w, h, size, size).apply(image);
  }
}
