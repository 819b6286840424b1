// The engine finds the methods of a script by their names, wherever in its classes they are and whatever may see them.
using System;
using System.Reflection;
using UnityEngine;

namespace EngineModel
{
    internal sealed class Messages
    {
        internal readonly Action Awake, OnEnable, Start, Update, OnDisable, OnDestroy, OnGUI;
        internal readonly Action<float[], int> OnAudioFilterRead;
        internal readonly Action<bool> OnApplicationPause, OnApplicationFocus;
        // Until the audio system is built anew.
        internal bool IsFilter = true;
        private bool hasStarted;

        internal Messages(MonoBehaviour of)
        {
            Awake = Find<Action>(of, "Awake");
            OnEnable = Find<Action>(of, "OnEnable");
            Start = Find<Action>(of, "Start");
            Update = Find<Action>(of, "Update");
            OnDisable = Find<Action>(of, "OnDisable");
            OnDestroy = Find<Action>(of, "OnDestroy");
            OnGUI = Find<Action>(of, "OnGUI");
            OnApplicationPause = Find<Action<bool>>(of, "OnApplicationPause");
            OnApplicationFocus = Find<Action<bool>>(of, "OnApplicationFocus");
            OnAudioFilterRead = Find<Action<float[], int>>(of, "OnAudioFilterRead");
        }

        /// <summary>Start comes before the first Update.</summary>
        internal void Frame()
        {
            if (!hasStarted)
            {
                hasStarted = true;
                Send(Start);
            }
            Send(Update);
            Send(OnGUI);
        }

        /// <summary>What a script throws is logged, and everything goes on.</summary>
        internal void Send(Action message)
        {
            try
            {
                message?.Invoke();
            }
            catch (Exception error)
            {
                Debug.LogException(error);
            }
        }

        private static T Find<T>(MonoBehaviour of, string name) where T : Delegate
        {
            for (Type kind = of.GetType(); kind != typeof(MonoBehaviour); kind = kind.BaseType)
            {
                MethodInfo found = kind.GetMethod(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
                if (found != null)
                    return (T)Delegate.CreateDelegate(typeof(T), of, found);
            }
            return null;
        }
    }
}
