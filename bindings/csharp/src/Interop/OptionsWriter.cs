// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Threading;

namespace PalabraAI.Interop
{
    /// <summary>
    /// Copies settings into the structs of the library, each property once, and checks them on the way: what a caller sets
    /// wrongly is an ArgumentException that names the property, such as "Input.ChunkDuration".
    /// </summary>
    internal sealed unsafe class OptionsWriter : NativeTexts
    {
        private readonly string parameter;
        private readonly List<string> path = new List<string>();

        internal OptionsWriter(string parameter)
        {
            this.parameter = parameter;
        }

        internal void Enter(string property)
        {
            path.Add(property);
        }

        internal void Leave()
        {
            path.RemoveAt(path.Count - 1);
        }

        internal byte* Text(string? text, string property)
        {
            return text == null ? null : Copy(text, parameter, Named(property));
        }

        internal byte* Secret(PalabraSecret? secret, string property)
        {
            return secret == null ? null : Text(secret.Reveal(), property);
        }

        /// <summary>Joins a list by commas, as the library takes it. An empty list is null.</summary>
        internal byte* List(IList<string> items, string property)
        {
            var joined = new StringBuilder();
            foreach (string item in items)
            {
                if (string.IsNullOrWhiteSpace(item) || Guard.Has(item, ','))
                    throw Wrong(property, "has an item that is empty or contains a comma");
                if (joined.Length > 0)
                    joined.Append(',');
                joined.Append(item);
            }
            return joined.Length == 0 ? null : Text(joined.ToString(), property);
        }

        internal int Number(int number, string property, int low, int high)
        {
            return (int)Number((long)number, property, low, high);
        }

        internal long Number(long number, string property, long low, long high)
        {
            if (number < low || number > high)
                throw OutOfRange(property, number, Plain(low), Plain(high), high < int.MaxValue);
            return number;
        }

        /// <summary>null is the library's default, which is 0.</summary>
        internal int Number(int? number, string property, int low, int high)
        {
            return number == null ? 0 : Number(number.Value, property, low, high);
        }

        /// <summary>0 switches off what -1 does in the library.</summary>
        internal int NumberOrOff(int? number, string property, int low, int high)
        {
            return number == 0 ? -1 : Number(number, property, low, high);
        }

        /// <summary>Milliseconds, rounded up: a time that is not zero never becomes the library's default.</summary>
        internal int Time(TimeSpan time, string property, int low, int high)
        {
            double ms = Math.Ceiling(time.TotalMilliseconds);
            if (ms < low || ms > high)
                throw OutOfRange(property, time, Times.Spoken(low), Times.Spoken(high), high < int.MaxValue);
            return (int)ms;
        }

        internal int Time(TimeSpan? time, string property, int low, int high)
        {
            return time == null ? 0 : Time(time.Value, property, low, high);
        }

        internal int TimeOrNever(TimeSpan time, string property, int low, int high)
        {
            return time == Timeout.InfiniteTimeSpan ? -1 : Time(time, property, low, high);
        }

        internal int Seconds(TimeSpan time, string property, int low, int high)
        {
            int ms = Time(time, property, low, high);
            if (ms % 1000 != 0)
                throw Wrong(property, "must be whole seconds");
            return ms;
        }

        internal int Seconds(TimeSpan? time, string property, int low, int high)
        {
            return time == null ? 0 : Seconds(time.Value, property, low, high);
        }

        internal ArgumentException Wrong(string property, string what)
        {
            return new ArgumentException(Named(property) + " " + what + ".", parameter);
        }

        private ArgumentOutOfRangeException OutOfRange(string property, object found, string low, string high, bool isBounded)
        {
            string bounds = isBounded ? "between " + low + " and " + high : "at least " + low;
            return new ArgumentOutOfRangeException(parameter, found, Named(property) + " must be " + bounds + ".");
        }

        private string Named(string property)
        {
            return path.Count == 0 ? property : string.Join(".", path) + "." + property;
        }

        private static string Plain(long number)
        {
            return number.ToString(CultureInfo.InvariantCulture);
        }
    }
}
