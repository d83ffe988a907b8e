package org.mococxr.specs.training;

import org.mococxr.specs.option.Choice;

/**
 * The encoders that there are, by the names of torchvision and pretrainedmodels. {@code
 * resnet18_w16} and {@code resnet18_w32} are ResNet-18 with 16 and 32 channels in the stem instead
 * of 64.
 */
public enum Architecture implements Choice {
  RESNET18,
  RESNET34,
  RESNET50,
  RESNET101,
  RESNET152,
  RESNEXT50_32X4D,
  RESNEXT101_64X4D,
  DENSENET121,
  DENSENET161,
  DENSENET169,
  DENSENET201,
  MNASNET1_0,
  SE_RESNEXT101_32X4D,
  SENET154,
  INCEPTIONV4,
  NASNETALARGE,
  EFFICIENTNET_B0,
  RESNET18_W16,
  RESNET18_W32;

  @Override
  public String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
