// The component for two players, in a model of the engine: the test is the voice chat.
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
    public sealed class VoiceChatTests
    {
        private const int Rate = Stage<PalabraVoiceChat>.Rate;

        [Fact]
        public void BothHearEachOther()
        {
            using (var stage = new Stage<PalabraVoiceChat>())
            {
                PalabraVoiceChat chat = stage.Palabra;
                List<string> said = Told(chat.OnTranscript), translated = Told(chat.OnTranslation);
                chat.OpenOnStart = true;
                Engine.Frame();
                Check.That(Engine.RecordingMicrophones.Count == 1 && stage.Source.isPlaying, "microphone and source run");
                stage.Until(() => stage.Ready == 1);
                SoundFlags heard = Exchange(chat, new float[Rate / 100]);
                Speak(chat);
                stage.Until(() => ((heard |= Exchange(chat, default)) & SoundFlags.Speech) != 0);
                float[] phrase = Phrase();
                Check.Equal(chat.Remote.SendAudio(phrase), phrase.Length, "samples of the other player");
                stage.Until(() =>
                {
                    Exchange(chat, default);
                    return translated.Any(text => text.StartsWith("remote en!"));
                });
                chat.End();
                Check.Equal(Engine.RecordingMicrophones.Count, 0, "microphones");
                stage.Until(() => (Exchange(chat, default) & SoundFlags.Ended) != 0 && stage.Closed.Count == 1);
                Check.Equal(stage.Closed[0], PalabraStatus.Ok, stage.Texts[0]);
                Check.That(said.Any(text => text.StartsWith("local en!")) && translated.Any(text => text.StartsWith("local es!")), "what was said here");
                Check.That(said.Any(text => text.StartsWith("remote es!")), "what was said there");
                Check.That(stage.Loud > Rate / 2 && stage.Ready == 1 && stage.Failed.Count == 0, "heard in " + stage.Loud + " frames");
                UnityEngine.Object.Destroy(stage.Thing);
                Engine.Frame();
                Check.That(chat.Call == null && chat.Remote == null && chat.Local == null, "it is gone");
            }
        }

        [Fact]
        public void WhatIsWrongIsTold()
        {
            using (var stage = new Stage<PalabraVoiceChat>())
            {
                stage.Palabra.RemoteLanguage = "";
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }), string.Join(" ", stage.Closed));
                Check.That(stage.Palabra.Call == null && Engine.RecordingMicrophones.Count == 0 && !stage.Source.isPlaying, "nothing stays open");
            }
        }

        [Fact]
        public void ATranslationThatCannotBeIsTold()
        {
            using (var stage = new Stage<PalabraVoiceChat>("dev~rest_status=401"))
            {
                stage.Palabra.Open();
                stage.Until(() => stage.Failed.Count == 2);
                Check.That(stage.Failed.All(status => status == PalabraStatus.Auth), "why");
                Check.That(stage.Closed.Count == 0 && stage.Palabra.Call.State != PalabraSessionState.Closed, "the players still hear each other");
            }
        }

        private static SoundFlags Exchange(PalabraVoiceChat chat, ReadOnlySpan<float> brought)
        {
            return chat.Remote.Exchange(brought, new float[Rate / 100]);
        }

        /// <summary>A second that the devserver treats as speech, and the silence that completes the phrase.</summary>
        private static float[] Phrase()
        {
            var samples = new float[Rate * 5 / 2];
            for (int n = 0; n < Rate; n++)
                samples[n] = n / 120 % 2 == 0 ? -0.15f : 0.15f;
            return samples;
        }

        private static void Speak(PalabraVoiceChat chat)
        {
            const int Step = Rate / 20;
            float[] phrase = Phrase();
            for (int sent = 0; sent < phrase.Length; sent += Step)
            {
                for (int n = sent; n < sent + Step; n++)
                    Engine.Hear(phrase[n]);
                Engine.Frame();
                Exchange(chat, default);
            }
        }

        private static List<string> Told(PlayerTextUnityEvent by)
        {
            var told = new List<string>();
            by.AddListener((isLocal, language, text, isFinal) => told.Add((isLocal ? "local " : "remote ") + language + (isFinal ? "!" : "?") + text));
            return told;
        }
    }
}
