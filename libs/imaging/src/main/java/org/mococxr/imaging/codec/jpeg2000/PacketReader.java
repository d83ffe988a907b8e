package org.mococxr.imaging.codec.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.mococxr.imaging.codec.StuffedBits;

/** Takes a tile's packets apart in their order of progression (B.9, B.10, B.12). */
final class PacketReader {
  private static final int MOST_PLANES = 38;

  private final byte[] data;
  private final CodingStyle style;
  private int at;

  PacketReader(byte[] data, CodingStyle style) {
    this.data = data;
    this.style = style;
  }

  private record Place(long x, long y, int resolution, Resolution.Precinct precinct) {}

  void read(List<Resolution> resolutions) throws IOException {
    switch (style.progression()) {
      case 0 -> {
        for (int layer = 0; layer < style.layers(); layer++) {
          for (Resolution resolution : resolutions) {
            readLayer(resolution, layer);
          }
        }
      }
      case 1 -> {
        for (Resolution resolution : resolutions) {
          for (int layer = 0; layer < style.layers(); layer++) {
            readLayer(resolution, layer);
          }
        }
      }
      case 2 -> {
        for (Resolution resolution : resolutions) {
          for (Resolution.Precinct precinct : resolution.precincts) {
            readLayers(precinct);
          }
        }
      }
      default -> {
        // With one component, PCRL and CPRL are the same.
        List<Place> places = new ArrayList<>();
        for (int r = 0; r < resolutions.size(); r++) {
          for (Resolution.Precinct precinct : resolutions.get(r).precincts) {
            places.add(new Place(precinct.x(), precinct.y(), r, precinct));
          }
        }
        places.sort(
            Comparator.comparingLong(Place::y)
                .thenComparingLong(Place::x)
                .thenComparingInt(Place::resolution));
        for (Place place : places) {
          readLayers(place.precinct());
        }
      }
    }
  }

  private void readLayer(Resolution resolution, int layer) throws IOException {
    for (Resolution.Precinct precinct : resolution.precincts) {
      if (at >= data.length) {
        return;
      }
      readPacket(precinct, layer);
    }
  }

  private void readLayers(Resolution.Precinct precinct) throws IOException {
    for (int layer = 0; layer < style.layers() && at < data.length; layer++) {
      readPacket(precinct, layer);
    }
  }

  private record Body(CodeBlock block, int bytes) {}

  private void readPacket(Resolution.Precinct precinct, int layer) throws IOException {
    if (style.sop() && marker(0x91)) {
      at += 6;
    }
    StuffedBits bits = new StuffedBits(data, at, data.length);
    List<Body> bodies = new ArrayList<>();
    if (bits.bit() == 1) {
      for (Resolution.Part part : precinct.parts()) {
        for (int i = 0; i < part.blocks().size(); i++) {
          readBlock(part, i, layer, bits, bodies);
        }
      }
    }
    at = bits.align();
    if (style.eph() && marker(0x92)) {
      at += 2;
    }
    for (Body body : bodies) {
      if (body.bytes() > data.length - at) {
        throw new IOException("a packet is cut short");
      }
      if (body.bytes() > 0) {
        body.block().chunks.add(new CodeBlock.Chunk(at, body.bytes()));
      }
      at += body.bytes();
    }
    if (at > data.length) {
      throw new IOException("a packet is cut short");
    }
  }

  private boolean marker(int second) {
    return at + 1 < data.length && data[at] == (byte) 0xFF && data[at + 1] == (byte) second;
  }

  private void readBlock(
      Resolution.Part part, int index, int layer, StuffedBits bits, List<Body> bodies)
      throws IOException {
    CodeBlock block = part.blocks().get(index);
    int x = index % part.blocksAcross();
    int y = index / part.blocksAcross();
    boolean here = block.included ? bits.bit() == 1 : part.inclusion().below(bits, x, y, layer + 1);
    if (!here) {
      return;
    }
    if (!block.included) {
      block.included = true;
      int planes = 1;
      while (!part.zeroPlanes().below(bits, x, y, planes)) {
        if (++planes > MOST_PLANES || bits.exhausted()) {
          throw new IOException("a packet's header is damaged");
        }
      }
      block.zeroPlanes = planes - 1;
    }
    bodies.add(new Body(block, block.readHeader(bits, style.blockStyle())));
  }
}
