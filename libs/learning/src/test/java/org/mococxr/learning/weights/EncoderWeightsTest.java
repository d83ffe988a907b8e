package org.mococxr.learning.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.learning.network.Architectures;
import org.mococxr.learning.network.Initialisation;
import org.mococxr.learning.state.StateDict;
import org.mococxr.learning.state.Tensor;
import org.mococxr.learning.state.io.Safetensors;
import org.mococxr.learning.state.io.TensorFile;
import org.mococxr.learning.state.io.TorchWriter;

class EncoderWeightsTest {
  private static final String SMALL = "resnet18_w16";

  @TempDir Path folder;

  private static StateDict weights(String architecture) {
    return Initialisation.random(Architectures.named(architecture), 1);
  }

  private static EncoderWeights of(Path file, String wanted) {
    return EncoderWeights.of(TensorFile.read(file), Optional.ofNullable(wanted));
  }

  private Path written(Map<String, Tensor> tensors) {
    Path file = folder.resolve("weights.bin");
    TorchWriter.write(file, StateDict.of(tensors));
    return file;
  }

  private UserErrorException refused(Map<String, Tensor> tensors, String wanted) {
    Path file = written(tensors);
    UserErrorException e = assertThrows(UserErrorException.class, () -> of(file, wanted));
    assertEquals(file.toString(), e.location());
    return e;
  }

  private static Map<String, Tensor> with(StateDict tensors, String... more) {
    Map<String, Tensor> all = new LinkedHashMap<>(tensors.asMap());
    for (String name : more) {
      all.put(name, Tensor.ofFloats(new float[] {1, 2}, 2));
    }
    return all;
  }

  /** Files that PyTorch wrote; see naming.py among the resources. */
  @ParameterizedTest
  @CsvSource({
    "lightning.ckpt, model.net., '{batch counters=40, momentum encoder=101, projection=1,"
        + " queue=1}'",
    "dino.pth, backbone., '{batch counters=20, classifier=1}'",
    "moco_v3.pth.tar, base_encoder., '{batch counters=40, classifier=2, momentum encoder=102,"
        + " projection=1}'",
    "lightly.pt, backbone., {batch counters=20}"
  })
  void filesOfOtherTrainersAreUnderstood(String name, String root, String dropped) {
    EncoderWeights weights = of(Path.of("src/test/resources/torch", name), null);
    assertEquals("resnet18", weights.architecture());
    assertEquals(weights("resnet18").names(), weights.backbone().names());
    assertEquals(root, weights.root());
    assertEquals(dropped, weights.dropped().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "module.",
        "_orig_mod.",
        "encoder.",
        "net.",
        "resnet.",
        "backbone.",
        "model.backbone.resnet.",
        "module.encoder._orig_mod.",
        "student.module.backbone."
      })
  void theEncoderIsFoundUnderEveryPrefix(String prefix) {
    StateDict plain = weights(SMALL);
    Path file = written(plain.select(n -> true, n -> prefix + n).asMap());
    EncoderWeights found = of(file, null);
    assertEquals(SMALL, found.architecture());
    assertEquals(plain, found.backbone());
    assertEquals(Map.of(), found.dropped());
  }

  static Stream<String> architectures() {
    // The paper's; the rest differ in their depths only.
    return Stream.of("resnet34", "resnet50", "resnext50_32x4d", "densenet121", "mnasnet1_0");
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void theArchitectureIsThatOfTheShapes(String name) {
    StateDict plain = weights(name);
    TensorFile file = new TensorFile(Path.of("memory"), plain, Optional.empty(), Optional.empty());
    assertEquals(name, EncoderWeights.of(file, Optional.empty()).architecture());
  }

  @ParameterizedTest
  @ValueSource(strings = {"densenet121", "mnasnet1_0"})
  void theChildrenOfANetworkAreNumbered(String name) {
    StateDict plain = weights(name);
    StateDict numbered =
        plain.select(n -> true, n -> "backbone." + n.replaceFirst("^(features|layers)\\.", "0."));
    TensorFile file =
        new TensorFile(Path.of("memory"), numbered, Optional.empty(), Optional.empty());
    EncoderWeights found = EncoderWeights.of(file, Optional.empty());
    assertEquals(plain, found.backbone());
    assertEquals("backbone.", found.root());
  }

  @Test
  void aDeeperNetworkIsNotTakenForAShallowerOne() {
    assertTrue(
        refused(with(weights("resnet34")), "resnet18").problem().contains("those of resnet34"));
    // A ResNet of 2, 2, 2 and 3 blocks.
    UserErrorException e =
        refused(with(weights(SMALL), "layer4.2.conv1.weight", "layer4.2.bn1.weight"), null);
    assertTrue(e.problem().contains("2 of its tensors are no part of " + SMALL), e.problem());
    assertTrue(e.problem().contains("layer4.2.conv1.weight, layer4.2.bn1.weight"), e.problem());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"layer1.0.se.fc1.weight", "layer1.0.se.fc.0.weight", "layer1.0.attn.fc.weight"})
  void squeezeAndExcitationIsNotDroppedAsAClassifier(String name) {
    for (String wanted : new String[] {null, SMALL}) {
      assertTrue(refused(with(weights(SMALL), name), wanted).problem().contains(name));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fc.weight, classifier",
    "classifier.1.weight, classifier",
    "head.fc.weight, classifier",
    "projection_head.layers.0.weight, projection",
    "projector.3.running_var, projection",
    "predictor.0.weight, projection",
    "prototypes.weight, prototypes",
    "queue, queue",
    "queue_ptr, queue",
    "criterion.memory_bank.bank, queue",
    "encoder_k.conv1.bias, momentum encoder",
    "model_ema.conv1.bias, momentum encoder",
    "dino_loss.center, loss",
    "bn1.num_batches_tracked, batch counters"
  })
  void whatIsNotTheEncoderIsDroppedByRule(String name, String rule) {
    Map<String, Tensor> beside = with(weights(SMALL), name);
    assertEquals(Map.of(rule, 1L), of(written(beside), null).dropped());
    Map<String, Tensor> around =
        with(weights(SMALL).select(n -> true, n -> "model.encoder." + n), "model." + name);
    assertEquals(Map.of(rule, 1L), of(written(around), null).dropped());
  }

  @Test
  void ofTwoEncodersNoneIsChosenSilently() {
    Map<String, Tensor> two = new LinkedHashMap<>();
    for (String prefix : List.of("frontal.", "lateral.")) {
      two.putAll(weights(SMALL).select(n -> true, n -> prefix + n).asMap());
    }
    String problem = refused(two, null).problem();
    assertTrue(problem.contains("frontal.*, lateral.*"), problem);
  }

  @Test
  void theTeacherIsUsedAndNotTheStudent() {
    Map<String, Tensor> two = new LinkedHashMap<>();
    StateDict teacher = Initialisation.random(Architectures.named(SMALL), 2);
    two.putAll(weights(SMALL).select(n -> true, n -> "student_backbone." + n).asMap());
    two.putAll(teacher.select(n -> true, n -> "teacher_backbone." + n).asMap());
    EncoderWeights found = of(written(two), null);
    assertEquals(teacher, found.backbone());
    assertEquals(Map.of("student", (long) teacher.size()), found.dropped());
  }

  @Test
  void aFileThatContradictsItselfIsRefused() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("arch", "resnet50");
    root.put("state_dict", weights(SMALL));
    Path file = folder.resolve("a.pth.tar");
    TorchWriter.write(file, (Object) root);
    UserErrorException e = assertThrows(UserErrorException.class, () -> of(file, null));
    assertTrue(e.problem().contains("resnet50") && e.problem().contains(SMALL), e.problem());
  }

  @Test
  void ofAnUnknownShapeTheFirstDifferenceFromTheNearestIsNamed() {
    Map<String, Tensor> tensors = with(weights(SMALL));
    tensors.put("conv1.weight", Tensor.ofFloats(new float[16 * 49], 16, 1, 7, 7));
    String problem = refused(tensors, null).problem();
    assertTrue(
        problem.contains("conv1.weight has shape [16, 1, 7, 7] and not [16, 3, 7, 7]"), problem);
    assertTrue(problem.contains(SMALL), problem);
  }

  @Test
  void theFormatIsToldByTheContent() throws Exception {
    StateDict plain = weights(SMALL);
    Path torch = written(plain.asMap());
    Path other = folder.resolve("model.ckpt");
    Safetensors.write(other, plain, Map.of());
    assertEquals(plain, TensorFile.read(torch).tensors());
    assertEquals(plain, TensorFile.read(other).tensors());
    for (String name : List.of("weights.pth", "weights.safetensors", "weights.npz")) {
      Path pointer =
          Files.writeString(
              folder.resolve(name),
              "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 46830571\n");
      UserErrorException e = assertThrows(UserErrorException.class, () -> TensorFile.read(pointer));
      assertTrue(e.problem().contains("Git LFS pointer"), e.problem());
      assertThrows(UserErrorException.class, () -> Safetensors.read(pointer));
    }
  }

  @Test
  void theArchitecturesAreAllToldApart() {
    Map<String, List<String>> names =
        Architectures.names().stream()
            .collect(
                Collectors.groupingBy(name -> Architectures.named(name).parameters().toString()));
    assertEquals(Architectures.names().size(), names.size());
  }
}
