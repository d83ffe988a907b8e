package org.mococxr.datasets.phantom;

import static org.mococxr.datasets.phantom.PhantomRenderer.smooth;
import static org.mococxr.datasets.phantom.PhantomRenderer.square;

import org.mococxr.foundation.RandomStream;

/**
 * Lines, tubes, a pacemaker and electrodes: dense, sharp, and without a bearing on the effusion.
 */
final class DeviceOverlay {
  private final Findings findings;
  private final float soft;
  private final float lineSide;
  private final float lineTip;
  private final float tubeTip;
  private final float pacerX;
  private final float pacerY;
  private final float[] electrodeX;
  private final float[] electrodeY;
  private final boolean any;

  DeviceOverlay(Findings findings, Anatomy anatomy, float soft) {
    this.findings = findings;
    this.soft = soft;
    this.any = findings.devices();
    RandomStream random = RandomStream.of(findings.deviceSeed(), "devices");
    this.lineSide = random.nextBoolean(0.7) ? -1 : 1;
    this.lineTip = (float) random.nextDouble(-0.15, 0.1);
    this.tubeTip = (float) random.nextDouble(-0.5, -0.3);
    this.pacerX = (float) random.nextDouble(0.4, 0.62);
    this.pacerY = (float) random.nextDouble(-0.45, -0.28);
    this.electrodeX = new float[findings.electrodes()];
    this.electrodeY = new float[findings.electrodes()];
    for (int i = 0; i < electrodeX.length; i++) {
      electrodeX[i] = (float) random.nextDouble(-0.75, 0.75) * (anatomy.lungHalfWidth() + 0.1f);
      electrodeY[i] = (float) random.nextDouble(-0.4, 0.7);
    }
  }

  float attenuation(float x, float y) {
    if (!any) {
      return 0;
    }
    float density = 0;
    float thin = Math.max(0.008f, 0.5f * soft);
    if (findings.line() && y > -0.75f && y < lineTip) {
      float path = lineSide * (0.05f + (y < -0.45f ? 1.1f * square(y + 0.45f) * 4 : 0));
      density += 0.35f * smooth(2 * thin, thin, Math.abs(x - path));
    }
    if (findings.tube() && y < tubeTip) {
      density += 0.35f * smooth(2.4f * thin, 1.4f * thin, Math.abs(x - 0.01f));
    }
    if (findings.pacemaker()) {
      float q = square((x - pacerX) / 0.12f) + square((y - pacerY) / 0.09f);
      density += 0.9f * smooth(1.1f, 0.9f, q);
      if (y > pacerY && y < 0.25f) {
        float lead = pacerX - (y - pacerY) * (pacerX - 0.12f) / (0.25f - pacerY);
        density += 0.4f * smooth(2 * thin, thin, Math.abs(x - lead));
      }
    }
    for (int i = 0; i < electrodeX.length; i++) {
      float r = square(x - electrodeX[i]) + square(y - electrodeY[i]);
      density += 0.6f * smooth(0.0013f + soft * 0.03f, 0.0007f, r);
    }
    return density;
  }
}
