mod cells;
mod input;
mod names;
mod playout;
mod queue;
mod seats;
mod slots;

pub(crate) type Model = (&'static str, fn());

macro_rules! models {
    ($($file:ident: $($name:ident)*;)*) => {
        /// Each model, by the name of its file and its own.
        pub(crate) const ALL: &[Model] = &[$($((concat!(stringify!($file), "::", stringify!($name)), $file::$name),)*)*];
    };
}

models! {
    slots:
        a_handle_finds_its_tenant_or_nothing
        of_two_that_close_one_wins
        a_stale_handle_finds_no_later_tenant
        what_is_inserted_is_complete_for_who_finds_it
        what_is_inserted_is_complete_for_who_closes_it;
    seats:
        no_request_is_lost_while_others_are_taken;
    cells:
        one_user_at_a_time
        an_offer_is_taken_once;
    queue:
        an_event_ends_the_wait_for_it
        two_events_end_two_waits
        a_wake_up_ends_one_wait
        the_doorbell_is_raised_while_something_waits
        a_doorbell_made_late_is_right
        a_callback_is_called_for_an_event
        a_callback_is_called_for_what_it_missed
        a_callback_that_was_replaced_is_over
        a_close_ends_waits;
    names:
        no_event_stays_without_a_name
        a_poller_that_is_kept_out_loses_nothing
        a_name_that_is_introduced_late_comes
        a_forgotten_name_does_not_come;
    input:
        frames_arrive_in_order
        a_change_of_format_keeps_the_order
        losses_arrive_in_order
        a_ring_that_is_full_is_not_overwritten
        a_burst_goes_on_in_another_ring
        what_is_counted_is_whole;
    playout:
        a_short_phrase_is_read_whole
        the_end_comes_after_the_speech
        a_change_of_rate_keeps_the_order
        a_flush_withdraws_what_was_before_it
        the_original_is_read_as_it_was_written
        what_is_overwritten_is_not_read_as_something_older;
}
