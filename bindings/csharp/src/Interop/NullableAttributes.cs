// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
#if NETSTANDARD2_0
namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>As newer runtimes have it, for the compiler.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    internal sealed class NotNullWhenAttribute : Attribute
    {
        internal NotNullWhenAttribute(bool returnValue)
        {
            ReturnValue = returnValue;
        }

        internal bool ReturnValue { get; }
    }
}
#endif
