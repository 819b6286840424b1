// What the inspector shows reaches the options.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;
using EngineModel;
using PalabraAI.Unity;
using UnityEngine;
using Xunit;

namespace PalabraAI.Tests
{
    [Collection("engine")]
    public sealed class SettingsTests
    {
        private const BindingFlags Public = BindingFlags.Instance | BindingFlags.Public;

        private static readonly Dictionary<Type, Type> Options = new Dictionary<Type, Type>
        {
            { typeof(PalabraClientSettings), typeof(PalabraClientOptions) },
            { typeof(PalabraTranslationSettings), typeof(TranslationOptions) },
            { typeof(PalabraSpeechSettings), typeof(TtsOptions) },
            { typeof(PalabraLegSettings), typeof(PalabraLegOptions) },
            { typeof(PalabraCallSettings), typeof(PalabraCallOptions) },
        };

        [Fact]
        public void EachOneChangesItsOptionAndNoOther()
        {
            int count = 0;
            foreach (KeyValuePair<Type, Type> pair in Options)
            {
                foreach (string path in Leaves(pair.Key))
                {
                    object settings = Activator.CreateInstance(pair.Key), options = Activator.CreateInstance(pair.Value);
                    Dictionary<string, string> before = Flat(options);
                    Set(settings, path.Split('.'));
                    Apply(settings, options);
                    string[] changed = Flat(options).Where(one => before[one.Key] != one.Value).Select(one => one.Key).ToArray();
                    Check.That(changed.Length == 1 && string.Equals(changed[0], Named(path), StringComparison.OrdinalIgnoreCase),
                        pair.Key.Name + " " + path + " changed " + string.Join(" ", changed));
                    count++;
                }
            }
            Check.That(count > 60, count + " settings");
        }

        [Fact]
        public void UntouchedTheyChangeNothing()
        {
            foreach (KeyValuePair<Type, Type> pair in Options)
            {
                object options = Activator.CreateInstance(pair.Value);
                Dictionary<string, string> before = Flat(options);
                Apply(Activator.CreateInstance(pair.Key), options);
                Check.That(Flat(options).All(one => before[one.Key] == one.Value), pair.Key.Name);
            }
        }

        // Numbers, texts, arrays of them, enumerations and classes with the attribute; nothing nullable, no properties.
        [Fact]
        public void UnityCanSerializeThem()
        {
            foreach (Type type in Options.Keys.SelectMany(Types))
                Check.That(type.IsDefined(typeof(SerializableAttribute), false) && type.GetProperties(Public).Length == 0, type.Name);
        }

        [Fact]
        public void EachHasATooltip()
        {
            foreach (FieldInfo field in Options.Keys.SelectMany(Types).SelectMany(type => type.GetFields(Public)))
                Check.That(field.IsDefined(typeof(TooltipAttribute), false), field.DeclaringType.Name + "." + field.Name);
        }

        [Fact]
        public void MinusOneIsWithoutLimit()
        {
            var settings = new PalabraTranslationSettings();
            settings.timeouts.livenessMs = -1;
            settings.input.chunkDurationMs = 100;
            var options = new TranslationOptions();
            Apply(settings, options);
            Check.That(options.Timeouts.Liveness == Timeout.InfiniteTimeSpan && options.Input.ChunkDuration == TimeSpan.FromMilliseconds(100), "");
        }

        [Fact]
        public void ComponentsUseTheirs()
        {
            Refuses<PalabraTranslator>(one => one.Settings.input.chunkDurationMs = 5, "ChunkDuration");
            Refuses<PalabraSpeaker>(one => one.Settings.textsPerSecond = -7, "TextsPerSecond");
            Refuses<PalabraVoiceChat>(one => one.CallSettings.connectsPerMinute = -7, "ConnectsPerMinute");
            Refuses<PalabraVoiceChat>(one => one.TranslationSettings.input.chunkDurationMs = 5, "ChunkDuration");
            Refuses<PalabraVoiceChat>(one => one.LocalSettings.jitterMs = -7, "Jitter");
            Refuses<PalabraVoiceChat>(one => one.RemoteSettings.jitterMs = -7, "Jitter");
            Refuses<PalabraSpeaker>(
                one =>
                {
                    one.Client = null;
                    one.Endpoints.connectTimeoutMs = -7;
                },
                "ConnectTimeout");
        }

        [Fact]
        public void EndpointsAreForThoseWithoutAScript()
        {
            using (var stage = new Stage<PalabraSpeaker>())
            {
                stage.Palabra.Endpoints.connectTimeoutMs = -7;
                stage.Palabra.Client = new PalabraClientOptions { Credentials = { ClientId = "demo", ClientSecret = "s3cret-of-the-tests" } };
                stage.Palabra.Open();
                stage.Until(() => stage.Ready == 1);
            }
        }

        private static void Refuses<T>(Action<T> set, string name) where T : PalabraComponent
        {
            using (var stage = new Stage<T>())
            {
                set(stage.Palabra);
                stage.Palabra.Open();
                Check.That(stage.Closed.SequenceEqual(new[] { PalabraStatus.InvalidArgument }) && stage.Texts.Last().Contains(name), name + ": " + string.Join(" ", stage.Texts));
            }
        }

        private static bool IsClass(Type type)
        {
            return type.IsClass && type.Namespace == "PalabraAI.Unity";
        }

        private static IEnumerable<Type> Types(Type type)
        {
            return new[] { type }.Concat(type.GetFields(Public).Where(field => IsClass(field.FieldType)).SelectMany(field => Types(field.FieldType)));
        }

        private static IEnumerable<string> Leaves(Type type)
        {
            return type.GetFields(Public).SelectMany(field => IsClass(field.FieldType) ? Leaves(field.FieldType).Select(leaf => field.Name + "." + leaf) : new[] { field.Name });
        }

        /// <summary>As the option is named: chunkDurationMs is ChunkDuration.</summary>
        private static string Named(string path)
        {
            return path.EndsWith("Ms", StringComparison.Ordinal) ? path.Substring(0, path.Length - 2) : path;
        }

        private static void Set(object settings, string[] path)
        {
            FieldInfo field = settings.GetType().GetField(path[0], Public);
            if (path.Length > 1)
                Set(field.GetValue(settings), path.Skip(1).ToArray());
            else
                field.SetValue(settings, Another(field.FieldType));
        }

        private static object Another(Type type)
        {
            if (type == typeof(int))
                return 7654;
            if (type == typeof(bool))
                return true;
            if (type == typeof(string))
                return "another";
            if (type == typeof(string[]))
                return new[] { "one", "another" };
            Check.That(type.IsEnum, type + " is not serialized by Unity");
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1);
        }

        private static void Apply(object settings, object options)
        {
            settings.GetType().GetMethod("Apply", BindingFlags.Instance | BindingFlags.NonPublic).Invoke(settings, new[] { options });
        }

        private static Dictionary<string, string> Flat(object options)
        {
            var found = new Dictionary<string, string>();
            Add(found, "", options);
            return found;
        }

        private static void Add(Dictionary<string, string> found, string prefix, object options)
        {
            foreach (PropertyInfo property in options.GetType().GetProperties(Public))
            {
                object value = property.GetValue(options);
                if (value is IEnumerable list && !(value is string))
                    found[prefix + property.Name] = string.Join(",", list.Cast<object>());
                else if (value != null && value.GetType().IsClass && value.GetType().Namespace == "PalabraAI")
                    Add(found, prefix + property.Name + ".", value);
                else
                    found[prefix + property.Name] = Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
            }
        }
    }
}
