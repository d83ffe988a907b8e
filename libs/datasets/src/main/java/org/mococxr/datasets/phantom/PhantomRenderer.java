package org.mococxr.datasets.phantom;

import org.mococxr.foundation.RandomStream;

/**
 * Draws one view: adds up attenuation along each ray, then exposes the film. Only additions,
 * multiplications, square roots and StrictMath are used, so that every machine draws the same
 * pixels.
 */
final class PhantomRenderer {
  private static final int TONES = 4096;

  private final Anatomy anatomy;
  private final Findings findings;
  private final Acquisition acquisition;
  private final int size;

  /** Edges are at least a pixel soft, or small pictures would show steps. */
  private final float soft;

  private final float heartWidth;
  private final float[] dome = new float[2];
  private final DeviceOverlay devices;

  PhantomRenderer(Anatomy anatomy, Findings findings, Acquisition acquisition, int size) {
    this.anatomy = anatomy;
    this.findings = findings;
    this.acquisition = acquisition;
    this.size = size;
    this.soft = Math.max(0.02f, 2.0f / size);
    // An antero-posterior view magnifies the heart.
    this.heartWidth = anatomy.heartWidth() * (findings.portable() ? 1.1f : 1f);
    for (int side = 0; side < 2; side++) {
      dome[side] = anatomy.domeY()[side] + findings.inspiration();
    }
    this.devices = new DeviceOverlay(findings, anatomy, soft);
  }

  /** Row-major grey levels, {@code size × size}. */
  byte[] render(RandomStream random) {
    byte[] tones = tones();
    byte[] pixels = new byte[size * size];
    double cos = StrictMath.cos(acquisition.angle()) / acquisition.scale();
    double sin = StrictMath.sin(acquisition.angle()) / acquisition.scale();
    float step = 2f / size;
    double range = acquisition.high() - acquisition.low();
    for (int row = 0; row < size; row++) {
      float v = (row + 0.5f) * step - 1;
      for (int column = 0; column < size; column++) {
        float u = (column + 0.5f) * step - 1;
        double du = u - acquisition.shiftX();
        double dv = v - acquisition.shiftY();
        float x = (float) (cos * du + sin * dv);
        float y = (float) (cos * dv - sin * du);
        double density = attenuation(x, y) + acquisition.haze();
        double value =
            (density - acquisition.low()) / range
                + acquisition.slopeX() * u
                + acquisition.slopeY() * v;
        int tone = (int) (Math.clamp(value, 0.0, 1.0) * (TONES - 1));
        double level = (tones[tone] & 0xFF) + acquisition.noise() * noise(random);
        pixels[row * size + column] = (byte) (int) Math.clamp(level + 0.5, 0.0, 255.0);
      }
    }
    FilmFurniture.draw(pixels, size, acquisition, findings.portable());
    return pixels;
  }

  /** The sum of four 16-bit uniforms, scaled to unit variance: close to normal, and fast. */
  private static double noise(RandomStream random) {
    long bits = random.nextLong();
    long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
    return (sum - 131070) * (1.0 / 37837.0);
  }

  private byte[] tones() {
    byte[] tones = new byte[TONES];
    for (int i = 0; i < TONES; i++) {
      double value = StrictMath.pow(i / (TONES - 1.0), acquisition.gamma());
      tones[i] =
          (byte) (int) (acquisition.black() + (acquisition.white() - acquisition.black()) * value);
    }
    return tones;
  }

  private float attenuation(float x, float y) {
    float spineX = anatomy.scoliosis() * (1 - 3 * y * y);
    float centred = x - spineX;
    float a = Math.abs(centred);
    int side = centred < 0 ? 0 : 1;

    float body = body(a, y);
    if (body <= 0) {
      return devices.attenuation(x, y);
    }
    float width = anatomy.lungHalfWidth();
    float height = 1 - 0.25f * square(a / (width + anatomy.wall()));
    float density = anatomy.thickness() * Math.max(0.4f, height) * body;

    float domeHere = diaphragm(a, side);
    float lung = lung(a, y, domeHere);
    float belowDome = smooth(domeHere - soft, domeHere + soft, y);
    density += 0.22f * belowDome * body;
    density -= gasBubble(x, y) * belowDome;

    if (lung > 0) {
      float aerated = lung * (1 - fluid(a, y, side)) * (1 - consolidation(a, y, side));
      density -=
          aerated
              * anatomy.air()
              * (0.75f + 0.25f * Math.max(0, 1 - square(a / width - 0.55f) * 3));
      density += aerated * vessels(x, y, a);
      density += aerated * patch(x, y);
    }
    density +=
        heart(x, y) * (1 - 0.8f * belowDome) + mediastinum(centred, a, y) * (1 - 0.5f * belowDome);
    density += bones(a, y, body);
    density += breasts(a, y);
    return density + devices.attenuation(x, y);
  }

  /** 1 inside the torso, neck and shoulders, 0 in air. */
  private float body(float a, float y) {
    float trunk = anatomy.lungHalfWidth() + anatomy.wall();
    float arms = y < -0.25f ? (-0.25f - y) * 1.3f : 0;
    float lateral = smooth(trunk + arms + soft, trunk + arms - soft, a);
    float shoulder = a < 0.22f ? -2f : -0.92f + 0.32f * (a - 0.22f);
    return lateral * smooth(shoulder - soft, shoulder + soft, y);
  }

  /** The dome's height above a point: a parabola that falls steeply into the costophrenic angle. */
  private float diaphragm(float a, int side) {
    float top = 0.42f * anatomy.lungHalfWidth();
    float outward = (a - top) / (anatomy.lungHalfWidth() - top);
    float fall = outward > 0 ? anatomy.angleDrop()[side] : 0.35f * anatomy.angleDrop()[side];
    return dome[side] + fall * outward * outward;
  }

  private float lung(float a, float y, float domeHere) {
    float width = anatomy.lungHalfWidth();
    float down = (y - anatomy.apexY()) / (dome[0] + 0.2f - anatomy.apexY());
    float narrowing = down < 0 ? 0.5f : 0.5f * Math.max(0, 1 - down) * Math.max(0, 1 - down);
    float outer = width * (1 - narrowing);
    float inner = anatomy.mediastinum() * 0.7f;
    float apex = anatomy.apexY() + 2.2f * square(a - 0.34f);
    return smooth(outer + soft, outer - soft, a)
        * smooth(inner - soft, inner + soft, a)
        * smooth(apex - 2 * soft, apex + 2 * soft, y)
        * smooth(domeHere + soft, domeHere - soft, y);
  }

  /**
   * How much of the lung's air the effusion replaces. Its upper border is a meniscus: highest at
   * the lateral wall. Where the border lies below the dome nothing is seen, so that a little fluid
   * only blunts the costophrenic angle.
   */
  private float fluid(float a, float y, int side) {
    float climb = findings.fluid()[side];
    if (climb <= 0) {
      return 0;
    }
    float width = anatomy.lungHalfWidth();
    float angleY = dome[side] + anatomy.angleDrop()[side];
    float outward = Math.min(1.1f, a / width);
    float fall = findings.meniscus() * (1 - outward * outward);
    float border = angleY - climb * (1 - fall);
    float edge = 1.5f * soft;
    return findings.fluidOpacity() * smooth(border - edge, border + edge, y);
  }

  /** As opaque as fluid, but from the apex down, with a border that sags towards the hilum. */
  private float consolidation(float a, float y, int side) {
    float depth = findings.consolidation()[side];
    if (depth <= 0) {
      return 0;
    }
    float outward = Math.min(1.1f, a / anatomy.lungHalfWidth());
    float border = anatomy.apexY() + depth * (1 - 0.3f * outward * outward);
    float edge = 1.5f * soft;
    return findings.fluidOpacity() * smooth(border + edge, border - edge, y);
  }

  private float vessels(float x, float y, float a) {
    float hilar = Math.max(0, 1 - 1.6f * (square(a - 0.15f) + 0.6f * square(y + 0.02f)) * 4);
    float coarse = texture(x * 7 + 40, y * 7 + 40);
    float fine = texture(x * 15 + 90, y * 15 + 70);
    return 0.05f * coarse + 0.045f * fine + hilar * (0.12f + 0.10f * fine);
  }

  /** Bilinear value noise; the grid repeats. */
  private float texture(float gridX, float gridY) {
    int column = (int) gridX;
    int row = (int) gridY;
    float fx = gridX - column;
    float fy = gridY - row;
    int mask = Anatomy.GRID - 1;
    float[] grid = anatomy.texture();
    int top = (row & mask) * Anatomy.GRID;
    int bottom = (row + 1 & mask) * Anatomy.GRID;
    int left = column & mask;
    int right = column + 1 & mask;
    float upper = grid[top + left] + fx * (grid[top + right] - grid[top + left]);
    float lower = grid[bottom + left] + fx * (grid[bottom + right] - grid[bottom + left]);
    return upper + fy * (lower - upper);
  }

  private float patch(float x, float y) {
    if (findings.patchDensity() <= 0) {
      return 0;
    }
    float r = square(x - findings.patchX()) * 14 + square(y - findings.patchY()) * 20;
    return r >= 1
        ? 0
        : findings.patchDensity() * (1 - r) * (1.2f + texture(x * 11 + 50, y * 11 + 50));
  }

  private float heart(float x, float y) {
    float centreY = dome[1] - 0.62f * anatomy.heartHeight();
    float dx = x - anatomy.heartX() - 0.25f * (y - centreY);
    float q = square(dx / heartWidth) + square((y - centreY) / anatomy.heartHeight());
    return 0.45f * smooth(1.0f + 3 * soft, 1.0f - 3 * soft, q);
  }

  private float mediastinum(float centred, float a, float y) {
    float half = anatomy.mediastinum() * (y < -0.55f ? 0.75f : 1f);
    float column = 0.28f * smooth(half + 2 * soft, half - 2 * soft, a) * smooth(0.75f, 0.4f, y);
    float knob = square(centred - half) * 150 + square(y + 0.33f) * 130;
    float trachea =
        y < -0.25f ? 0.16f * smooth(0.05f + soft, 0.05f - soft, Math.abs(centred - 0.01f)) : 0;
    return column + (knob < 1 ? 2.2f * anatomy.knob() * (1 - knob) : 0) - trachea;
  }

  private float bones(float a, float y, float body) {
    float contrast = anatomy.ribContrast();
    float spacing = anatomy.ribSpacing();
    float density = 0;
    float width = anatomy.lungHalfWidth();
    if (a < width + 0.04f && y < 0.75f && y > anatomy.apexY() - 0.05f) {
      float fade = smooth(width + 0.04f, width - 0.02f, a) * smooth(0.75f, 0.5f, y);
      float posterior = (y - anatomy.ribCurve() * a * a) / spacing + anatomy.ribPhase() + 40;
      density += contrast * fade * rib(posterior - (int) posterior, 0.24f);
      if (a > 0.3f * width) {
        float anterior =
            (y + 0.75f * (a - width) * (a - width) - 0.5f * (width - a)) / (spacing * 1.15f)
                + anatomy.ribPhase() * 1.7f
                + 40;
        float lateral = smooth(0.3f * width, 0.55f * width, a);
        density += 0.6f * contrast * fade * lateral * rib(anterior - (int) anterior, 0.2f);
      }
    }
    float clavicleY = -0.60f + 0.14f * (0.7f - a) + 0.1f * square(a - 0.4f);
    if (a > 0.07f && a < 0.85f) {
      density +=
          1.5f * contrast * smooth(0.04f + soft, 0.04f - soft, Math.abs(y - clavicleY)) * body;
    }
    if (a < 0.1f) {
      float vertebra = y / (spacing * 1.05f) + anatomy.ribPhase() + 40;
      float disc = Math.abs(vertebra - (int) vertebra - 0.5f);
      density += contrast * smooth(0.1f, 0.07f, a) * (disc < 0.38f ? 1f : 0.3f);
    }
    float humerus = square(a - 1.0f) * 30 + square(y + 0.62f) * 18;
    return density + (humerus < 1 ? 3f * contrast * (1 - humerus) * body : 0);
  }

  /** A rib's profile across: a band with denser cortex at its edges. */
  private static float rib(float phase, float half) {
    float d = Math.abs(phase - 0.5f);
    return smooth(half + 0.08f, half - 0.04f, d) * (0.6f + 0.4f * Math.min(1f, square(d / half)));
  }

  private float breasts(float a, float y) {
    if (anatomy.breast() <= 0) {
      return 0;
    }
    float q = square((a - 0.42f) / 0.36f) + square((y - 0.16f) / 0.34f);
    float lower = y > 0.16f ? 1f : Math.max(0, 1 + (y - 0.16f) * 3);
    return anatomy.breast() * lower * smooth(1.1f, 0.85f, q);
  }

  private float gasBubble(float x, float y) {
    float q = square((x - anatomy.gasX()) / 0.15f) + square((y - dome[1] - 0.17f) / 0.1f);
    return q < 1 ? 0.35f * (1 - q) : 0;
  }

  static float square(float value) {
    return value * value;
  }

  /** Cubic step from 0 at {@code from} to 1 at {@code to}; falls where {@code from > to}. */
  static float smooth(float from, float to, float value) {
    float t = (value - from) / (to - from);
    if (t <= 0) {
      return 0;
    }
    return t >= 1 ? 1 : t * t * (3 - 2 * t);
  }
}
