// The program, its clock, its log and its screen.
using System;
using EngineModel;

namespace UnityEngine
{
    public static class Application
    {
        public static event Action quitting;

        public static bool isMobilePlatform => Engine.IsMobile;

        public static string persistentDataPath => System.IO.Path.GetTempPath();

        // Each by itself: what one throws is logged.
        internal static void Quit()
        {
            foreach (Delegate each in quitting?.GetInvocationList() ?? new Delegate[0])
            {
                try
                {
                    ((Action)each)();
                }
                catch (Exception error)
                {
                    Debug.LogException(error);
                }
            }
        }
    }

    public static class Time
    {
        public static double realtimeSinceStartupAsDouble => Engine.Seconds;
    }

    public static class Debug
    {
        public static void Log(object message)
        {
            Engine.Tell("log: " + message);
        }

        public static void LogWarning(object message)
        {
            Engine.Tell("warning: " + message);
        }

        public static void LogException(Exception exception)
        {
            Engine.Tell("exception: " + exception);
        }
    }

    public struct Vector3
    {
        public Vector3(float x, float y, float z)
        {
        }
    }

    public sealed class Transform
    {
        public Vector3 localScale { get; set; }
    }

    public struct Mathf
    {
        public static float Abs(float f)
        {
            return Math.Abs(f);
        }

        public static float Max(float a, float b)
        {
            return Math.Max(a, b);
        }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
        }
    }

    public static class Screen
    {
        public static int width => 1920;

        public static int height => 1080;
    }

    public static class GUI
    {
        public static void Label(Rect position, string text)
        {
        }
    }
}
