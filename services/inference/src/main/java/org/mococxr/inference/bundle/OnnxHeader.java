package org.mococxr.inference.bundle;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.mococxr.foundation.Causes;
import org.mococxr.foundation.UserErrorException;

/**
 * What an ONNX file says before its graph: the operator sets that it needs (onnx.proto, {@code
 * ModelProto.opset_import}).
 *
 * @param opsets version by domain; the domain of ONNX itself is empty
 */
record OnnxHeader(Map<String, Long> opsets) {
  /** What ONNX Runtime 1.29 computes. */
  private static final long OLDEST = 7;

  private static final long NEWEST = 25;
  private static final int OPSET_IMPORT = 8;
  private static final int DOMAIN = 1;
  private static final int VERSION = 2;

  static OnnxHeader read(Path network, String location) throws IOException {
    Map<String, Long> opsets = new TreeMap<>();
    try (InputStream file = Files.newInputStream(network)) {
      CodedInputStream in = CodedInputStream.newInstance(file, 1 << 16);
      in.setSizeLimit(Integer.MAX_VALUE);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagFieldNumber(tag) == OPSET_IMPORT) {
          int limit = in.pushLimit(in.readRawVarint32());
          opset(in, opsets);
          in.popLimit(limit);
        } else {
          in.skipField(tag);
        }
      }
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new UserErrorException(
          location, "is not an ONNX file: " + Causes.message(e), "a network exported to ONNX", e);
    }
    return new OnnxHeader(opsets);
  }

  private static void opset(CodedInputStream in, Map<String, Long> opsets) throws IOException {
    String domain = "";
    long version = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case DOMAIN -> domain = in.readString();
        case VERSION -> version = in.readInt64();
        default -> in.skipField(tag);
      }
    }
    opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  /** Requires operator sets that are computed here; custom operators are not. */
  void requireKnown(String location) {
    long version = opsets.getOrDefault("", 0L);
    if (version < OLDEST || version > NEWEST) {
      throw new UserErrorException(
          location, "needs ONNX opset " + version, "one from " + OLDEST + " to " + NEWEST);
    }
    for (String domain : opsets.keySet()) {
      if (!domain.isEmpty() && !domain.equals("ai.onnx.ml") && !domain.equals("com.microsoft")) {
        throw new UserErrorException(
            location, "needs operators of the domain " + domain, "those of ONNX itself");
      }
    }
  }
}
