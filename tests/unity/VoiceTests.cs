// Several languages of one translation, each from a source of its own, in a model of the engine.
using System;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class VoiceTests
    {
        [Fact]
        public void EachLanguageIsHeardFromItsObject()
        {
            using (Stage<PalabraTranslator> stage = Two(out AudioSource other))
            {
                stage.Palabra.Session.Speak("good evening", "fr");
                Heard(stage, other, stage.Source);
                stage.Palabra.Session.Speak("good evening", "es");
                Heard(stage, stage.Source, other);
                Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
                stage.Palabra.Session.Speak("good evening", "fr");
                Heard(stage, other, stage.Source);
                stage.Palabra.Session.Speak("good evening", "es");
                Heard(stage, stage.Source, other);
            }
        }

        [Fact]
        public void AVoiceFollowsItsTranslator()
        {
            using (Stage<PalabraTranslator> stage = Two(out AudioSource other))
            {
                stage.Palabra.Close();
                Engine.Frame();
                Check.That(!other.isPlaying, "it closes with it");
                stage.Palabra.Open();
                Engine.Frame();
                Check.That(other.isPlaying, "it opens with it");
                other.GetComponent<PalabraVoice>().enabled = false;
                Check.That(!other.isPlaying, "it is switched off");
                other.GetComponent<PalabraVoice>().enabled = true;
                Check.That(other.isPlaying, "it is switched on");
                UnityEngine.Object.Destroy(stage.Thing);
                Engine.Frame();
                Engine.Frame();
                Check.That(!other.isPlaying, "its translator is gone");
            }
        }

        [Fact]
        public void WhatAVoiceSaidInAPauseIsNotHeardAfterIt()
        {
            using (Stage<PalabraTranslator> stage = Two(out AudioSource other, false))
            {
                AudioListener.pause = true;
                stage.Palabra.Session.Speak("good evening, everybody", "fr");
                Check.That(Talk.Within(Talk.PatienceMs, () => stage.Palabra.Session.GetPlayoutStats("fr").Skipped > TimeSpan.FromSeconds(1)), "it is left out");
                AudioListener.pause = false;
                Check.That(other.isPlaying && stage.Audio().All(sample => sample == 0), "nothing of it is heard");
            }
        }

        [Fact]
        public void ALanguageThatIsNoTargetIsSilent()
        {
            using (Stage<PalabraTranslator> stage = Two(out AudioSource other))
            {
                other.GetComponent<PalabraVoice>().Language = "de";
                Engine.Frame();
                Check.That(other.isPlaying && stage.Audio().All(sample => sample == 0), "silence");
                Engine.ChangeOutput(44100, AudioSpeakerMode.Stereo);
                Engine.Frame();
                Check.That(stage.Audio().All(sample => sample == 0), "silence at another device");
            }
        }

        private static Stage<PalabraTranslator> Two(out AudioSource other, bool keepsUnheard = true)
        {
            var stage = new Stage<PalabraTranslator>();
            stage.Palabra.KeepUnheard = keepsUnheard;
            stage.Palabra.UseMicrophone = false;
            stage.Palabra.OtherTargetLanguages = new[] { "fr" };
            stage.Palabra.Open();
            PalabraVoice voice = new GameObject().AddComponent<PalabraVoice>();
            voice.Translator = stage.Palabra;
            other = voice.GetComponent<AudioSource>();
            stage.Until(() => stage.Ready == 1);
            return stage;
        }

        /// <summary>Its whole text, and only there.</summary>
        private static void Heard(Stage<PalabraTranslator> stage, AudioSource where, AudioSource elsewhere)
        {
            int loud = 0, quiet = 0;
            where.panStereo = -1;
            elsewhere.panStereo = 1;
            Check.That(Talk.Within(Talk.PatienceMs, () =>
            {
                Engine.Frame();
                float[] block = stage.Audio();
                bool isLoud = block.Where((sample, n) => n % 2 == 0).Any(sample => sample != 0);
                Check.That(block.Where((sample, n) => n % 2 == 1).All(sample => sample == 0), "it is heard elsewhere");
                loud += isLoud ? 1 : 0;
                quiet = isLoud ? 0 : quiet + 1;
                return loud > 40 && quiet > 20;
            }), "it was heard in " + loud + " blocks");
        }
    }
}
