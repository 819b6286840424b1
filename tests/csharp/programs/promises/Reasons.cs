#nullable enable
using System;

namespace PalabraAI.Programs
{
    internal static class Reasons
    {
        /// <summary>Waiting for a session that nobody answers ends with the reason, never with a time-out.</summary>
        internal static (bool, string) OfAWait(int times)
        {
            int refused = 0;
            string text = "";
            using var client = new PalabraClient();
            for (int n = 0; n < times; n++)
            {
                using TtsSession session = client.OpenTts(new TtsOptions { Language = "en", Stream = { Url = "ws://127.0.0.1:1/", Token = "dev" } });
                try
                {
                    while (!session.WaitReady(TimeSpan.Zero))
                    {
                    }
                }
                catch (PalabraException error)
                {
                    refused += error.Status == PalabraStatus.Connect ? 1 : 0;
                    text = error.Message;
                }
            }
            return (refused == times, $"the reason {refused} of {times}: {text}");
        }
    }
}
