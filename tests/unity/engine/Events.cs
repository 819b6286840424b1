// Lists of calls, invoked in turn. What one throws leaves Invoke, and those behind it are not called; those of destroyed
// objects are left out.
using System;
using System.Collections.Generic;

namespace UnityEngine.Events
{
    public delegate void UnityAction();

    public delegate void UnityAction<T0, T1>(T0 arg0, T1 arg1);

    public delegate void UnityAction<T0, T1, T2>(T0 arg0, T1 arg1, T2 arg2);

    public delegate void UnityAction<T0, T1, T2, T3>(T0 arg0, T1 arg1, T2 arg2, T3 arg3);

    [Serializable]
    public abstract class UnityEventBase
    {
        internal static bool IsAlive(Delegate call)
        {
            return !(call.Target is Object target) || target != null;
        }
    }

    [Serializable]
    public class UnityEvent : UnityEventBase
    {
        private readonly List<UnityAction> calls = new List<UnityAction>();

        public void AddListener(UnityAction call)
        {
            calls.Add(call);
        }

        public void RemoveListener(UnityAction call)
        {
            calls.Remove(call);
        }

        public void Invoke()
        {
            for (int n = 0; n < calls.Count; n++)
            {
                if (IsAlive(calls[n]))
                    calls[n]();
            }
        }
    }

    [Serializable]
    public class UnityEvent<T0, T1> : UnityEventBase
    {
        private readonly List<UnityAction<T0, T1>> calls = new List<UnityAction<T0, T1>>();

        public void AddListener(UnityAction<T0, T1> call)
        {
            calls.Add(call);
        }

        public void RemoveListener(UnityAction<T0, T1> call)
        {
            calls.Remove(call);
        }

        public void Invoke(T0 arg0, T1 arg1)
        {
            for (int n = 0; n < calls.Count; n++)
            {
                if (IsAlive(calls[n]))
                    calls[n](arg0, arg1);
            }
        }
    }

    [Serializable]
    public class UnityEvent<T0, T1, T2> : UnityEventBase
    {
        private readonly List<UnityAction<T0, T1, T2>> calls = new List<UnityAction<T0, T1, T2>>();

        public void AddListener(UnityAction<T0, T1, T2> call)
        {
            calls.Add(call);
        }

        public void RemoveListener(UnityAction<T0, T1, T2> call)
        {
            calls.Remove(call);
        }

        public void Invoke(T0 arg0, T1 arg1, T2 arg2)
        {
            for (int n = 0; n < calls.Count; n++)
            {
                if (IsAlive(calls[n]))
                    calls[n](arg0, arg1, arg2);
            }
        }
    }

    [Serializable]
    public class UnityEvent<T0, T1, T2, T3> : UnityEventBase
    {
        private readonly List<UnityAction<T0, T1, T2, T3>> calls = new List<UnityAction<T0, T1, T2, T3>>();

        public void AddListener(UnityAction<T0, T1, T2, T3> call)
        {
            calls.Add(call);
        }

        public void RemoveListener(UnityAction<T0, T1, T2, T3> call)
        {
            calls.Remove(call);
        }

        public void Invoke(T0 arg0, T1 arg1, T2 arg2, T3 arg3)
        {
            for (int n = 0; n < calls.Count; n++)
            {
                if (IsAlive(calls[n]))
                    calls[n](arg0, arg1, arg2, arg3);
            }
        }
    }
}
