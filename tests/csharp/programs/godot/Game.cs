#nullable enable
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Godot;

namespace PalabraAI.Programs
{
    /// <summary>A game with both nodes, 60 frames a second, in a load context of its own. What does not hold is thrown.</summary>
    public static class Game
    {
        private const int FrameMs = 16;
        private const int Rate = 44100;
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
        private static readonly List<string> told = new List<string>();
        private static readonly List<PalabraStatus> closed = new List<PalabraStatus>();
        private static long allocated;
        private static int heard;

        public static void Play(string way)
        {
            // Once more, as when the scene is loaded again.
            for (int n = 0; n < 2 && way == "beside"; n++)
                PalabraFinder.Begin();
            if (way == "missing")
                AudioServer.Capture = null;
            var voice = new TranslatedVoice();
            voice.Told += (language, text, isTranslation, isFinal) => told.Add(language + (isFinal ? "!" : "?") + text);
            voice.Closed += (status, text) => closed.Add(status);
            var microphone = new VoiceMicrophone { Voice = voice };
            voice._Ready();
            microphone._Ready();
            if (way == "missing")
                Missing(microphone, voice);
            else
                Talk(way, voice, microphone);
            // Nobody listens any more.
            voice._ExitTree();
            voice._Process(0);
        }

        private static void Missing(VoiceMicrophone microphone, TranslatedVoice voice)
        {
            microphone._Process(0);
            Check(GD.Errors.Single().Contains("AudioEffectCapture"), "it says what the bus lacks");
            voice._ExitTree();
            voice.Client = new PalabraClientOptions { ApiUrl = "not an address" };
            voice._Ready();
            Check(GD.Errors.Count == 2 && closed.Single() == PalabraStatus.InvalidArgument, string.Join("; ", GD.Errors));
        }

        private static void Talk(string way, TranslatedVoice voice, VoiceMicrophone microphone)
        {
            Until(voice, microphone, () => told.Any(text => text.StartsWith("es!")));
            if (way == "paused")
            {
                // The phrase is all there, and would be heard for a second and more.
                Godot.Time.Now += 20000;
                Frame(voice, microphone);
                int before = AudioServer.Playing!.Loud;
                for (int n = 0; n < 10; n++)
                    Frame(voice, microphone);
                Check(AudioServer.Playing.Loud == before, "what was said in the pause is heard after it");
                return;
            }
            Until(voice, microphone, () => AudioServer.Playing!.Loud > Rate / 2);
            Check(allocated == 0, allocated + " bytes of frames without an event");
            microphone.Muted = true;
            Frame(voice, microphone);
            Check(AudioServer.Capture!.GetFramesAvailable() == 0 && closed.Count == 0, "push-to-talk");
        }

        private static void Until(TranslatedVoice voice, VoiceMicrophone microphone, Func<bool> holds)
        {
            Stopwatch waited = Stopwatch.StartNew();
            while (!holds())
            {
                Check(waited.Elapsed < Patience && closed.Count == 0, "it did not come about in time");
                Frame(voice, microphone);
                Thread.Sleep(FrameMs);
            }
        }

        // The microphone hears a second of a tone, then silence.
        private static void Frame(TranslatedVoice voice, VoiceMicrophone microphone)
        {
            Godot.Time.Now += FrameMs;
            AudioServer.Playing!.Mix(Rate * FrameMs / 1000);
            for (int n = 0; n < Rate * FrameMs / 1000; n++, heard++)
                AudioServer.Capture!.Hear(heard > Rate ? 0 : heard / 110 % 2 == 0 ? 0.15f : -0.15f);
            microphone._Process(FrameMs / 1000.0);
            int before = told.Count;
            long bytes = GC.GetAllocatedBytesForCurrentThread();
            voice._Process(FrameMs / 1000.0);
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            // The first frames of a program allocate, when code is made.
            if (told.Count == before && told.Count > 0)
                allocated += bytes;
        }

        private static void Check(bool holds, string what)
        {
            if (!holds)
                throw new InvalidOperationException(what);
        }
    }
}
