// Shared by the tests of sessions: what a session is asked and how its events are collected.
using System;
using System.Collections.Generic;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Tests
{
    internal static class Sessions
    {
        /// <summary>Longer than any test, so that a session that is never answered stays as it is.</summary>
        private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

        /// <summary>Sends a phrase and ends the session: its texts, its speech and its end follow.</summary>
        internal static void SayAndEnd(TranslationSession session)
        {
            short[] phrase = Talk.Phrase();
            Check.Equal(session.SendAudio(phrase), phrase.Length, "samples taken");
            session.End();
        }

        internal static async Task<List<PalabraEvent>> All(PalabraConversation session, CancellationToken cancellationToken = default)
        {
            var events = new List<PalabraEvent>();
            await foreach (PalabraEvent what in session.ReadEventsAsync(cancellationToken).ConfigureAwait(false))
                events.Add(what);
            return events;
        }

        /// <summary>A session that nobody answers.</summary>
        internal static void Unanswered(Action<TranslationSession> use, Action<TranslationOptions> change = null)
        {
            TcpListener listener = Talk.Silent(out int port);
            try
            {
                TranslationOptions options = Talk.At(port);
                options.Timeouts.Connect = Long;
                change?.Invoke(options);
                using (PalabraClient client = Talk.Client())
                using (TranslationSession session = client.OpenTranslation(options))
                    use(session);
            }
            finally
            {
                listener.Stop();
            }
        }

        internal static async Task UnansweredAsync(Func<TranslationSession, Task> use, Action<TranslationOptions> change = null)
        {
            TcpListener listener = Talk.Silent(out int port);
            try
            {
                TranslationOptions options = Talk.At(port);
                options.Timeouts.Connect = Long;
                change?.Invoke(options);
                using (PalabraClient client = Talk.Client())
                using (TranslationSession session = client.OpenTranslation(options))
                    await use(session).ConfigureAwait(false);
            }
            finally
            {
                listener.Stop();
            }
        }

        /// <summary>Completes in time, or fails.</summary>
        internal static async Task<T> InTime<T>(Task<T> task, string what)
        {
            Check.That(await Task.WhenAny(task, Task.Delay(Talk.PatienceMs)).ConfigureAwait(false) == task, what + ": not in time");
            return await task.ConfigureAwait(false);
        }

        internal static async Task InTime(Task task, string what)
        {
            Check.That(await Task.WhenAny(task, Task.Delay(Talk.PatienceMs)).ConfigureAwait(false) == task, what + ": not in time");
            await task.ConfigureAwait(false);
        }
    }
}
