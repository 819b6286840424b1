// The beat of audio: on time, no burst after a stall. The schedule is tested by a clock of its own.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class PacerTests
    {
        [Fact]
        public async Task FramesComeInRealTime()
        {
            using (var pacer = new PalabraPacer(TimeSpan.FromMilliseconds(20)))
            {
                Stopwatch time = Stopwatch.StartNew();
                for (int n = 0; n < 26; n++)
                    await pacer.WaitForNextFrameAsync();
                Check.That(time.ElapsedMilliseconds >= 480, "25 frames took " + time.ElapsedMilliseconds + " ms");
            }
        }

        // A program that stands still for 300 ms: what was missed follows at no more than twice the pace.
        [Fact]
        public async Task AStallIsNoBurst()
        {
            using (var pacer = new PalabraPacer(TimeSpan.FromMilliseconds(20)))
            {
                Stopwatch all = Stopwatch.StartNew();
                await pacer.WaitForNextFrameAsync();
                Thread.Sleep(300);
                Stopwatch time = Stopwatch.StartNew();
                for (int n = 0; n < 10; n++)
                    await pacer.WaitForNextFrameAsync();
                Check.That(time.ElapsedMilliseconds >= 80, "10 frames at once took " + time.ElapsedMilliseconds + " ms");
                // A machine that lets the test stand still for longer than a second moves the schedule.
                Check.That(pacer.SkippedFrames == 0 || all.ElapsedMilliseconds > 1000, "skipped: " + pacer.SkippedFrames);
            }
        }

        [Fact]
        public async Task ALeadIsGivenAtOnce()
        {
            using (var pacer = new PalabraPacer(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(20)))
            {
                for (int n = 0; n < 100; n++)
                {
                    ValueTask due = pacer.WaitForNextFrameAsync();
                    Check.That(due.IsCompleted, "frame " + n + " has to wait");
                    await due;
                }
            }
        }

        [Fact]
        public async Task AWaitEndsByTokenAndDisposal()
        {
            using (var pacer = new PalabraPacer(TimeSpan.FromMinutes(10)))
            using (var ends = new CancellationTokenSource())
            {
                await pacer.WaitForNextFrameAsync();
                Task waits = pacer.WaitForNextFrameAsync(ends.Token).AsTask();
                await Check.ThrowsAsync<InvalidOperationException>(() => pacer.WaitForNextFrameAsync().AsTask(), "a second wait");
                ends.Cancel();
                await Check.ThrowsAsync<OperationCanceledException>(() => waits, "the token");
                waits = pacer.WaitForNextFrameAsync().AsTask();
                pacer.Dispose();
                await Check.ThrowsAsync<ObjectDisposedException>(() => waits, "the disposal");
            }
            Check.Throws<ArgumentOutOfRangeException>(() => new PalabraPacer(TimeSpan.Zero).Dispose(), "no interval");
        }
    }
}
