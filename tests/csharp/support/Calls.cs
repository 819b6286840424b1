// Shared by the tests of calls: lines, and a service that does not answer.
using System;
using System.Net.Sockets;

namespace PalabraAI.Tests
{
    internal static class Calls
    {
        /// <summary>A packet of a telephone: 20 ms of mu-law.</summary>
        internal const int Packet = 160;

        /// <summary>With room for a phrase that is sent at once.</summary>
        internal static PalabraCallOptions Options()
        {
            return new PalabraCallOptions
            {
                Translation = { EndSilence = TimeSpan.FromSeconds(1), Input = { BufferDuration = TimeSpan.FromSeconds(10) } },
            };
        }

        internal static PalabraLegOptions Telephone(string language)
        {
            return new PalabraLegOptions { Language = language, Input = { Encoding = AudioEncoding.Mulaw } };
        }

        internal static PalabraLegOptions Headset(string language)
        {
            return new PalabraLegOptions
            {
                Language = language, Input = { Encoding = AudioEncoding.F32, SampleRate = 48000 },
                Output = new AudioFormat(AudioEncoding.F32, 48000, 2),
            };
        }

        /// <summary>A second that the devserver treats as speech, and the silence that completes the phrase, in mu-law.</summary>
        internal static byte[] Phrase()
        {
            var bytes = new byte[8000 * 5 / 2];
            for (int n = 0; n < bytes.Length; n++)
                bytes[n] = n >= 8000 ? (byte)0xFF : n / 20 % 2 == 0 ? (byte)0x1F : (byte)0x9F;
            return bytes;
        }

        /// <summary>A call whose translations nobody answers.</summary>
        internal static void Unanswered(Action<PalabraCall> use)
        {
            TcpListener listener = Talk.Silent(out int port);
            try
            {
                var silent = new PalabraClientOptions
                {
                    ApiUrl = "http://127.0.0.1:" + port, ConnectTimeout = TimeSpan.FromMinutes(10), RestTimeout = TimeSpan.FromMinutes(10),
                    Credentials = { ClientId = "demo", ClientSecret = "s3cret-of-the-tests" },
                };
                using (var client = new PalabraClient(silent))
                using (PalabraCall call = client.OpenCall(Options()))
                    use(call);
            }
            finally
            {
                listener.Stop();
            }
        }
    }
}
