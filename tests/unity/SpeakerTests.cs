// The component that speaks, in a model of the engine.
using System;
using System.Linq;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    // One after the other: the model of the engine is static.
    [Collection("engine")]
    public sealed class SpeakerTests
    {
        // Length of the devserver's speech for a character.
        private const int FramesPerCharacter = 60 * Stage<PalabraSpeaker>.Rate / 1000;

        [Fact]
        public void ATextIsHeard()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                stage.Palabra.OpenOnStart = true;
                int spoken = 0;
                stage.Palabra.OnSpoken.AddListener(() => spoken++);
                Engine.Frame();
                Check.That(stage.Source.isPlaying && stage.Palabra.Say("good evening"), "it was not taken");
                stage.Until(() => spoken == 1);
                Check.Equal(stage.Ready, 1, "OnReady");
                int wanted = 12 * FramesPerCharacter;
                Check.That(stage.Loud > wanted * 8 / 10 && stage.Loud < wanted * 12 / 10, "speech was heard in " + stage.Loud + " frames");
                stage.Palabra.End();
                stage.Until(() => stage.Closed.Count == 1);
                Check.Equal(stage.Closed[0], PalabraStatus.Ok, "closed");
                Check.That(!stage.Palabra.Say("too late") && stage.Failed.Count == 1, "a text after the end");
                stage.Palabra.Hush();
                stage.Palabra.End();
                UnityEngine.Object.Destroy(stage.Thing);
                Engine.Frame();
                Check.That(stage.Palabra.Session == null && stage.Closed.Count == 1, "it is gone");
            }
        }

        [Fact]
        public void PiecesAreOneText()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                int spoken = 0;
                stage.Palabra.OnSpoken.AddListener(() => spoken++);
                stage.Palabra.Open();
                // A character in two halves as well: one of the pieces of a language model can end in it.
                Check.That(stage.Palabra.Say("good \ud83c", false) && stage.Palabra.Say("\udf19 evening"), "they were not taken");
                Check.That(stage.Palabra.Say("good night, everybody"), "it was not taken");
                stage.Until(() => spoken == 2);
                stage.Palabra.Close();
                Check.That(stage.Failed.Count == 0 && stage.Closed.Count == 0, "closed without a word");
            }
        }

        [Fact]
        public void WhatIsSaidBeforeOpenWaitsForIt()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                int spoken = 0;
                stage.Palabra.OnSpoken.AddListener(() => spoken++);
                Check.That(stage.Palabra.Say("good ", false) && stage.Palabra.Say("evening"), "it was not taken");
                stage.Palabra.Open();
                stage.Until(() => spoken == 1);
                Check.That(stage.Loud > 10 * FramesPerCharacter, "speech was heard in " + stage.Loud + " frames");
                stage.Palabra.Close();
                stage.Palabra.Say("never mind");
                stage.Palabra.Hush();
                for (int n = 0; n < 256; n++)
                    Check.That(stage.Palabra.Say("good evening"), "it was not taken");
                Check.That(!stage.Palabra.Say("one too many") && stage.Failed.Single() == PalabraStatus.Limit, string.Join(" ", stage.Failed));
            }
        }

        [Fact]
        public void HushIsSilence()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                int spoken = 0;
                stage.Palabra.OnSpoken.AddListener(() => spoken++);
                stage.Palabra.Open();
                stage.Palabra.Say(new string('a', 100));
                stage.Palabra.Say("and more, without an end", false);
                stage.Until(() => stage.Loud > Stage<PalabraSpeaker>.Tick);
                stage.Palabra.Hush();
                // The current speech fades out.
                stage.Audio();
                for (int n = 0; n < 20; n++)
                    Check.That(stage.Audio().All(sample => sample == 0), "speech after it was taken back");
                stage.Palabra.Say("good evening");
                stage.Until(() => spoken == 1);
            }
        }

        [Fact]
        public void WhatIsWrongIsTold()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                stage.Palabra.Language = "";
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }), string.Join(" ", stage.Closed));
                Check.That(stage.Palabra.Session == null && !stage.Source.isPlaying, "nothing stays open");
                Check.That(!stage.Palabra.Say(null) && stage.Failed.Single() == PalabraStatus.InvalidArgument, "no text");
                Engine.Frame();
                Check.That(stage.Palabra.Session == null, "it was not asked for");
            }
            using (var refused = new Stage<PalabraSpeaker>("dev~rest_status=401"))
            {
                refused.Palabra.OnClosed.AddListener((status, text) => refused.Palabra.Close());
                refused.Palabra.Open();
                Check.That(!refused.Palabra.Say("") && refused.Failed.Single() == PalabraStatus.InvalidArgument, "an empty text");
                refused.Until(() => refused.Closed.Count == 1);
                Check.That(refused.Closed[0] == PalabraStatus.Auth && refused.Palabra.Session == null, "a handler may close it");
            }
        }

        [Fact]
        public void TheOutputOfASpeakerIsFollowed()
        {
            using (Stage<PalabraSpeaker> stage = Stage<PalabraSpeaker>.Unanswered())
            {
                Engine.ChangeOutput(192000, AudioSpeakerMode.Mode5point1);
                Check.That(stage.Audio(6).All(sample => sample == 0), "silence, as nobody speaks");
                Check.Throws<ArgumentException>(() => stage.Palabra.Session.ReadAudio(new float[96001]), "more than half a second");
                Check.Equal(stage.Palabra.Session.ReadAudio(new float[96000]), SoundFlags.None, "half a second");
            }
        }

        [Fact]
        public void FramesAndTheAudioThreadOfASpeakerAllocateNothing()
        {
            using (Stage<PalabraSpeaker> stage = Stage<PalabraSpeaker>.Unanswered())
            {
                var block = new float[256];
                long bytes = Allocation.Of(10000, () =>
                {
                    Engine.Audio(block, 2);
                    Engine.Frame();
                });
                Check.Equal(bytes, 0L, "bytes of the audio thread and of frames without an event");
            }
        }
    }
}
