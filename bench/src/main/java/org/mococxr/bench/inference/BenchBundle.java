package org.mococxr.bench.inference;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mococxr.evaluation.calibration.Calibration;
import org.mococxr.foundation.Progress;
import org.mococxr.imaging.GreyImage;
import org.mococxr.imaging.dicom.DicomData;
import org.mococxr.imaging.transform.Geometry;
import org.mococxr.imaging.transform.Normalisation;
import org.mococxr.learning.evaluation.Checkpoint;
import org.mococxr.learning.export.Bundle;
import org.mococxr.learning.export.BundleDescription;
import org.mococxr.learning.export.Classifier;
import org.mococxr.learning.export.Numbers;
import org.mococxr.learning.export.OnnxModel;
import org.mococxr.learning.export.OnnxWriter;
import org.mococxr.learning.export.Rounding;
import org.mococxr.learning.features.Encoder;
import org.mococxr.learning.features.LinearHead;
import org.mococxr.specs.training.ImageOptions;

/** A bundle with random weights, and pictures: what is timed does not depend on their content. */
final class BenchBundle {
  static final String NAME = "bench";
  private static final int HEAD_SIDE = 64;
  private static final List<String> TASKS = List.of("Pleural Effusion");

  private BenchBundle() {}

  static Bundle of(String name, String architecture, int side) throws IOException {
    return of(name, architecture, side, Numbers.FLOAT32);
  }

  /** In 8 bits, with ranges of one picture: as fast as with those of many. */
  static Bundle eightBits(String name, String architecture, int side) throws IOException {
    Classifier classifier = classifier(architecture, side);
    Numbers numbers = Numbers.int8(classifier, List.of(picture(side, side)), Progress.SILENT);
    return of(name, architecture, side, classifier, numbers);
  }

  static Bundle of(String name, String architecture, int side, Numbers numbers) throws IOException {
    return of(name, architecture, side, classifier(architecture, side), numbers);
  }

  private static Classifier classifier(String architecture, int side) {
    Encoder encoder =
        Encoder.random(architecture, 1, Normalisation.CHEXPERT, Geometry.shorterSide(side), side);
    return Classifier.of(
        new Checkpoint(encoder, head(encoder, TASKS)), List.of(new Calibration.None()));
  }

  private static Bundle of(
      String name, String architecture, int side, Classifier classifier, Numbers numbers)
      throws IOException {
    byte[] onnx = OnnxWriter.classifier(classifier, numbers, Optional.empty());
    Rounding rounding =
        switch (numbers) {
          case Numbers.Float32 f -> null;
          case Numbers.Float16 f -> new Rounding("float16", Map.of(), 0);
          case Numbers.Int8 i -> new Rounding("int8", Map.of(), 0);
        };
    return Bundle.of(
        onnx,
        new BundleDescription(
            null,
            name,
            "1",
            TASKS,
            null,
            architecture,
            new BundleDescription.Input(
                ImageOptions.Geometry.SHORTER_SIDE, side, side, side, Normalisation.CHEXPERT),
            "zeros",
            Map.of(),
            Map.of(),
            Map.of(),
            Map.of(),
            null,
            Map.of(),
            null,
            rounding,
            Map.of()));
  }

  /** Of weights that make logits of some size, so that networks can be compared. */
  private static LinearHead head(Encoder encoder, List<String> tasks) {
    float[] weight = new float[encoder.description().featureDimension()];
    byte[] features =
        OnnxWriter.encoder(
            encoder.network(),
            encoder.parameters(),
            encoder.description().normalisation(),
            HEAD_SIDE,
            HEAD_SIDE);
    double length = 0;
    try (OnnxModel model = new OnnxModel(features)) {
      for (float feature :
          model.run(List.of(picture(HEAD_SIDE, HEAD_SIDE))).get(OnnxWriter.FEATURES)) {
        length += feature * feature;
      }
    }
    for (int i = 0; i < weight.length; i++) {
      weight[i] = (float) (4 * Math.cos(i) / Math.sqrt(length));
    }
    return new LinearHead(tasks, weight, new float[1]);
  }

  static GreyImage picture(int width, int height) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      double ribs = 30 * Math.sin(40.0 * (i / width) / height);
      double lungs = 60 * Math.cos(12.0 * (i % width) / width);
      pixels[i] = (byte) (120 + ribs + lungs + i * 7919 % 8);
    }
    return new GreyImage(width, height, pixels);
  }

  /** The picture as an uncompressed DICOM file of 16 bits a pixel. */
  static byte[] dicom(GreyImage picture) {
    byte[] values = new byte[2 * picture.pixels().length];
    for (int i = 0; i < picture.pixels().length; i++) {
      int value = (picture.pixels()[i] & 0xFF) << 4;
      values[2 * i] = (byte) value;
      values[2 * i + 1] = (byte) (value >> 8);
    }
    return new DicomData()
        .text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.1.1")
        .text(0x00080018, "UI", "1.2.3.4.5")
        .text(0x00080060, "CS", "DX")
        .text(0x00180015, "CS", "CHEST")
        .shorts(0x00280002, 1)
        .text(0x00280004, "CS", "MONOCHROME2")
        .shorts(0x00280010, picture.height())
        .shorts(0x00280011, picture.width())
        .shorts(0x00280100, 16)
        .shorts(0x00280101, 12)
        .shorts(0x00280102, 11)
        .shorts(0x00280103, 0)
        .bytes(0x7FE00010, "OW", values)
        .file();
  }
}
