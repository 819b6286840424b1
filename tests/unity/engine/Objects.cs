// Objects, components and the messages that the engine sends them.
using System;
using System.Collections.Generic;
using EngineModel;

namespace UnityEngine
{
    [Flags]
    public enum HideFlags
    {
        None = 0, HideInHierarchy = 1, HideInInspector = 2,
    }

    /// <summary>What was destroyed equals null, though its C# object is there.</summary>
    public class Object
    {
        internal bool IsDestroyed;

        public string name { get; set; }

        public HideFlags hideFlags { get; set; }

        public static bool operator ==(Object x, Object y)
        {
            bool xGone = x is null || x.IsDestroyed, yGone = y is null || y.IsDestroyed;
            return xGone || yGone ? xGone && yGone : ReferenceEquals(x, y);
        }

        public static bool operator !=(Object x, Object y)
        {
            return !(x == y);
        }

        public static implicit operator bool(Object exists)
        {
            return exists != null;
        }

        /// <summary>At the end of the frame.</summary>
        public static void Destroy(Object obj)
        {
            Engine.Doomed.Add(obj);
        }

        public override bool Equals(object other)
        {
            return other is Object one && this == one;
        }

        public override int GetHashCode()
        {
            return base.GetHashCode();
        }
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public Transform transform => gameObject.Transform;

        public T GetComponent<T>()
        {
            return gameObject.GetComponent<T>();
        }
    }

    public class Behaviour : Component
    {
        private bool isEnabled = true;

        public bool enabled
        {
            get => isEnabled;
            set
            {
                bool was = isActiveAndEnabled;
                isEnabled = value;
                ActiveChanged(was);
            }
        }

        public bool isActiveAndEnabled => isEnabled && gameObject.activeInHierarchy;

        internal virtual void ActiveChanged(bool was)
        {
        }
    }

    public class MonoBehaviour : Behaviour
    {
        internal Messages Messages;

        internal override void ActiveChanged(bool was)
        {
            if (was != isActiveAndEnabled)
                Messages.Send(was ? Messages.OnDisable : Messages.OnEnable);
        }
    }

    public sealed class GameObject : Object
    {
        internal readonly List<Component> Components = new List<Component>();
        internal readonly Transform Transform = new Transform();
        private bool isActive = true;

        public GameObject()
        {
            Engine.Objects.Add(this);
        }

        public bool activeInHierarchy => isActive && !IsDestroyed;

        /// <summary>With what RequireComponent names before it; null where a second one is not allowed.</summary>
        public T AddComponent<T>() where T : Component
        {
            for (Type kind = typeof(T); kind != null && kind != typeof(MonoBehaviour); kind = kind.BaseType)
            {
                foreach (RequireComponent required in kind.GetCustomAttributes(typeof(RequireComponent), false))
                {
                    if (!Components.Exists(required.m_Type0.IsInstanceOfType))
                        Add(required.m_Type0);
                }
            }
            if (Components.Exists(one => one is T) && Attribute.IsDefined(typeof(T), typeof(DisallowMultipleComponent)))
                return null;
            return (T)Add(typeof(T));
        }

        /// <summary>Null where there is none: nothing is added.</summary>
        public T GetComponent<T>()
        {
            return (T)(object)Components.Find(one => one is T);
        }

        /// <summary>What is switched off gets no messages, and its sources stop.</summary>
        public void SetActive(bool value)
        {
            if (isActive == value)
                return;
            isActive = value;
            foreach (Component component in Components.ToArray())
            {
                if (component is AudioSource source && !value)
                    source.Stop();
                if (component is Behaviour behaviour)
                    behaviour.ActiveChanged(!value && behaviour.enabled);
            }
        }

        internal void Remove(Component component)
        {
            if (component is MonoBehaviour script)
            {
                script.Messages.Send(script.Messages.OnDisable);
                script.Messages.Send(script.Messages.OnDestroy);
            }
            component.IsDestroyed = true;
            Components.Remove(component);
        }

        private Component Add(Type kind)
        {
            var made = (Component)Activator.CreateInstance(kind, true);
            made.gameObject = this;
            Components.Add(made);
            if (made is MonoBehaviour behaviour)
            {
                behaviour.Messages = new Messages(behaviour);
                behaviour.Messages.Send(behaviour.Messages.Awake);
                behaviour.Messages.Send(behaviour.Messages.OnEnable);
            }
            return made;
        }
    }
}
