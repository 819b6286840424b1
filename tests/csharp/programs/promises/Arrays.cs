#nullable enable
using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace PalabraAI.Programs
{
    /// <summary>ReadAudio writes what fits into the caller's array, whatever the format was or becomes.</summary>
    internal static class Arrays
    {
        private const short Untouched = 0x5A5A;
        private const int Room = 240;

        /// <summary>A target that joins after the format of "all" was set has that format, not the one of the options.</summary>
        internal static (bool, string) LaterLine()
        {
            using var client = new PalabraClient();
            var options = new TranslationOptions
            {
                SourceLanguage = "en", TargetLanguages = { "es" }, Input = { Gap = { Policy = GapPolicy.Silence } },
                Output = { Mode = OutputMode.Playout, Format = { Encoding = AudioEncoding.F32, Channels = 2 } },
            };
            using TranslationSession session = client.OpenTranslation(options);
            session.WaitReady(Timeout.InfiniteTimeSpan);
            session.SetOutputFormat(new AudioFormat { Encoding = AudioEncoding.S16, SampleRate = 24000 });
            options.TargetLanguages.Add("de");
            session.SetTask(options.BuildTask(), 7);
            // Until the service has taken the task, there is no line for German.
            while (true)
            {
                if (!session.TryReadEvent(out PalabraEvent? told))
                    Thread.Sleep(1);
                else if (told.UserTag == 7)
                    break;
            }
            int behind = 0;
            for (int n = 0; n < 100; n++)
            {
                behind += BytesBehind(session, "es") + BytesBehind(session, "de");
                Thread.Sleep(5);
            }
            return (behind == 0, $"bytes written behind the array: {behind}");
        }

        /// <summary>Options are read once: what another thread changes during the call does not count twice.</summary>
        internal static (bool, string) ChangedOptions(int times)
        {
            var nobody = new TcpListener(IPAddress.Loopback, 0);
            nobody.Start(1000);
            new Thread(() => { while (true) nobody.AcceptSocket().Dispose(); }) { IsBackground = true }.Start();
            var options = new TranslationOptions
            {
                SourceLanguage = "en", TargetLanguages = { "es" }, Output = { Mode = OutputMode.Playout },
                Stream = { Url = "ws://127.0.0.1:" + ((IPEndPoint)nobody.LocalEndpoint).Port + "/", Token = "dev" },
            };
            bool over = false;
            var changes = new Thread(() => { for (int n = 0; !Volatile.Read(ref over); n++) options.Output.Format.Channels = n % 2 == 0 ? 1 : 8; });
            changes.Start();
            int behind = 0;
            using (var client = new PalabraClient())
                for (int n = 0; n < times; n++)
                    using (TranslationSession session = client.OpenTranslation(options))
                        behind += BytesBehind(session, "es") > 0 ? 1 : 0;
            Volatile.Write(ref over, true);
            changes.Join();
            return (behind == 0, $"{behind} of {times} sessions wrote behind the array");
        }

        // The array ends in the middle of a larger one, so that nothing dies of what is written behind it.
        private static int BytesBehind(TranslationSession session, string language)
        {
            var block = new short[Room * 9];
            Array.Fill(block, Untouched);
            try
            {
                session.ReadAudio(block.AsSpan(0, Room), language);
            }
            catch (ArgumentException)
            {
                // The room is no whole number of frames of this format, or of another type.
            }
            catch (InvalidOperationException)
            {
            }
            int behind = 0;
            foreach (short sample in block.AsSpan(Room))
                behind += sample == Untouched ? 0 : 2;
            return behind;
        }
    }
}
