using System.IO;
using System.Text;

namespace PalabraAI.Tests
{
    internal static class Waves
    {
        internal static byte[] Mono16(int rate, short[] samples)
        {
            var bytes = new MemoryStream();
            var writer = new BinaryWriter(bytes);
            writer.Write(Encoding.ASCII.GetBytes("RIFF"));
            writer.Write(36 + samples.Length * 2);
            writer.Write(Encoding.ASCII.GetBytes("WAVEfmt "));
            writer.Write(16);
            writer.Write((short)1);
            writer.Write((short)1);
            writer.Write(rate);
            writer.Write(rate * 2);
            writer.Write((short)2);
            writer.Write((short)16);
            writer.Write(Encoding.ASCII.GetBytes("data"));
            writer.Write(samples.Length * 2);
            foreach (short sample in samples)
                writer.Write(sample);
            writer.Flush();
            return bytes.ToArray();
        }
    }
}
