// How speech is heard, in a model of the engine: volume and place, other filters, devices that change, pauses of the game.
using System;
using System.Collections.Generic;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class OutputTests
    {
        private const int Rate = Stage<PalabraSpeaker>.Rate;
        private static readonly string LongText = new string('a', 60);

        [Fact]
        public void VolumePanAndMuteOfTheSourceHold()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it is heard");
                stage.Palabra.OutputVolume = 0.25f;
                float loud = Heard(stage), quiet = Loudest(stage.Audio(), 0);
                Check.That(stage.Source.volume == 0.25f && quiet > 0 && quiet < 0.3f * loud, "a quarter of it: " + quiet + " of " + loud);
                stage.Source.panStereo = 1;
                float[] right = stage.Audio();
                Check.That(Loudest(right, 0) == 0 && Loudest(right, 1) > 0, "only to the right");
                stage.Source.mute = true;
                Check.That(stage.Audio().All(sample => sample == 0), "muted");
                Check.That(Heard(stage) > 0.05f, "a mouth moves for those who see it");
            }
        }

        [Fact]
        public void OtherFiltersGetSpeechFromIt()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Echo echo = stage.Thing.AddComponent<Echo>();
                float[] block = stage.Audio();
                Check.That(echo.Got.SequenceEqual(block) && Loudest(block, 0) > 0.05f, "it is behind the speech");
                Check.That(stage.Source.spatializePostEffects, "and so is a spatializer");
            }
        }

        [Fact]
        public void TheSourceIsAsItWasOnceItIsClosed()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                AudioClip own = AudioClip.Create("the game's", 10, 1, Rate, false);
                stage.Source.clip = own;
                stage.Palabra.Open();
                Check.That(stage.Source.clip != own && Engine.Clips == 2, "the clip of ones");
                stage.Palabra.Close();
                Engine.Frame();
                Check.That(stage.Source.clip == own && !stage.Source.loop && !stage.Source.spatializePostEffects, "its settings");
                Check.That(Engine.Clips == 1 && Engine.Filters(stage.Thing) == 0, "clip and filter are gone");
            }
        }

        [Fact]
        public void TwoComponentsCannotShareASource()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                PalabraSpeaker second = stage.Thing.AddComponent<PalabraSpeaker>();
                PalabraStatus told = PalabraStatus.Ok;
                second.OpenOnStart = false;
                second.OnClosed.AddListener((status, text) => told = status);
                second.Open();
                Check.That(told == PalabraStatus.Busy && second.Session == null, "it is told: " + told);
                Check.That(stage.Source.isPlaying && Engine.Filters(stage.Thing) == 1, "the first one goes on");
                stage.Palabra.Close();
                second.Client = stage.Palabra.Client;
                second.Open();
                Check.That(second.Session != null, "it is free now");
            }
        }

        [Fact]
        public void SpeechGoesOnAtAnotherDevice()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                foreach (int rate in new[] { 44100, 96000, 192000, 8000 })
                {
                    Engine.ChangeOutput(rate, AudioSpeakerMode.Stereo);
                    Check.That(stage.Source.isPlaying && Loudest(stage.Audio(), 0) > 0.05f, "it is heard at " + rate);
                    Engine.Frame();
                    Check.That(Engine.Filters(stage.Thing) == 1 && Engine.Clips == 1, "what it had before is gone");
                }
            }
        }

        [Fact]
        public void ADeviceThatCannotBeFollowedIsSilent()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Engine.ChangeOutput(384000, AudioSpeakerMode.Stereo);
                Engine.Frame();
                Check.That(stage.Audio().All(sample => sample == 0), "silence and not the wrong speed");
                Check.That(Engine.TakeLog().Single().StartsWith("warning"), "it is told");
                Engine.ChangeOutput(Rate, AudioSpeakerMode.Stereo);
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it goes on at one that can");
            }
        }

        [Fact]
        public void WhatWasSaidInAPauseIsNotHeardAfterIt()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                Listening(stage);
                AudioListener.pause = true;
                stage.Palabra.Session.Speak(LongText, "es");
                LeftOut(stage);
                AudioListener.pause = false;
                Check.That(stage.Audio().All(sample => sample == 0), "nothing of it is heard");
            }
        }

        [Fact]
        public void WhatCameWhileTheGameStoodStillIsNotHeard()
        {
            using (var stage = new Stage<PalabraTranslator>())
            {
                Listening(stage);
                stage.Palabra.Session.Speak(LongText, "es");
                // Neither frames nor audio: another window is in front.
                LeftOut(stage);
                Check.That(stage.Audio().All(sample => sample == 0), "nothing of it is heard");
            }
        }

        [Fact]
        public void WhatASpeakerSaysWaitsForItsListener()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                Check.That(new GameObject().AddComponent<PalabraSpeaker>().KeepUnheard, "unless it is told otherwise");
                Check.That(!new GameObject().AddComponent<PalabraTranslator>().KeepUnheard, "but what others say does not");
                double before = Waiting(stage.Palabra.Session);
                AudioListener.pause = true;
                for (int n = 0; n < 5 * 60; n++)
                    Engine.Frame();
                Check.That(Waiting(stage.Palabra.Session) >= before, "it waits");
                AudioListener.pause = false;
                Check.That(Loudest(stage.Audio(), 0) > 0.05f, "it goes on");
            }
        }

        [Fact]
        public void AComponentThatIsSwitchedOffIsSilent()
        {
            using (Stage<PalabraTranslator> stage = Stage<PalabraTranslator>.Unanswered())
            {
                stage.Palabra.enabled = false;
                Check.That(!stage.Source.isPlaying && Engine.RecordingMicrophones.Count == 0, "the microphone is off");
                Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
                Check.That(!stage.Source.isPlaying, "it stays silent at another device");
                stage.Palabra.enabled = true;
                Check.That(stage.Source.isPlaying && Engine.RecordingMicrophones.Count == 1, "and on again");
                Check.That(stage.Failed.Count == 0 && stage.Palabra.Session.State == PalabraSessionState.Connecting, "it goes on");
            }
        }

        [Fact]
        public void ReadingWhatWasHeardAllocatesNothing()
        {
            using (Stage<PalabraSpeaker> stage = Speaking())
            {
                var samples = new float[10000];
                Check.Equal(Allocation.Of(1000, () => stage.Palabra.GetOutputData(samples)), 0L, "bytes");
                Check.That(samples.Take(10000 - 8192).All(sample => sample == 0), "silence before");
                stage.Palabra.Close();
                stage.Palabra.GetOutputData(samples);
                Check.That(samples.All(sample => sample == 0), "silence once it is closed");
            }
        }

        /// <summary>In the middle of a long text.</summary>
        private static Stage<PalabraSpeaker> Speaking()
        {
            var stage = new Stage<PalabraSpeaker>();
            stage.Palabra.Open();
            stage.Palabra.Say(LongText);
            stage.Until(() => stage.Loud > 10 * Rate / 100);
            return stage;
        }

        /// <summary>Open, and misses what nobody listens to.</summary>
        private static void Listening(Stage<PalabraTranslator> stage)
        {
            stage.Palabra.UseMicrophone = false;
            stage.Palabra.KeepUnheard = false;
            stage.Palabra.Open();
            stage.Until(() => stage.Ready == 1);
        }

        // As long as it takes to say it, by the clock of the library.
        private static void LeftOut(Stage<PalabraTranslator> stage)
        {
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                PlayoutStats stats = stage.Palabra.Session.GetPlayoutStats();
                return stats.Skipped.TotalSeconds >= 0.058 * LongText.Length && stats.Buffered == TimeSpan.Zero;
            }), "it waits");
        }

        private static double Waiting(PalabraSession session)
        {
            PlayoutStats stats = session is TtsSession tts ? tts.GetPlayoutStats() : ((TranslationSession)session).GetPlayoutStats();
            return stats.Buffered.TotalSeconds;
        }

        private static float Loudest(float[] block, int ear)
        {
            return block.Where((sample, n) => n % 2 == ear).Max(sample => Math.Abs(sample));
        }

        private static float Heard(Stage<PalabraSpeaker> stage)
        {
            var last = new float[Stage<PalabraSpeaker>.Tick];
            stage.Palabra.GetOutputData(last);
            return last.Max(sample => Math.Abs(sample));
        }

        private sealed class Echo : MonoBehaviour
        {
            internal float[] Got;

            private void OnAudioFilterRead(float[] data, int channels)
            {
                Got = data.ToArray();
            }
        }
    }
}
