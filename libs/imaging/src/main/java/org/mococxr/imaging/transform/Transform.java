package org.mococxr.imaging.transform;

import org.mococxr.imaging.GreyImage;

/** A pure function of a picture; its input stays as it was. */
@FunctionalInterface
public interface Transform {

  /** The transformed picture; may be the same object if nothing changes. */
  GreyImage apply(GreyImage image);
}
